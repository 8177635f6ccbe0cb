-- Raising a function. PUC `lua.c`, `report`.
local function f() error(print) end
f()
