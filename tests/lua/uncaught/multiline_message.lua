-- A message of several lines. PUC `lua.c`.
local function f() error("line one\nline two\n\tline three") end --! line one
f()
