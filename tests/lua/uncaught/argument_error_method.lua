-- A bad argument of a method call. PUC `lauxlib.c`, `luaL_argerror`.
local s = "text"
local function f() local x = s:rep({}) return x end --! bad argument #1 to 'rep' (number expected, got table)
f()
