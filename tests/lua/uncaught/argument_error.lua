-- A bad argument to a native, called as a field. PUC `lauxlib.c`, `luaL_argerror`.
local function f(s) return string.rep(s, "many") end --! bad argument #2 to 'rep' (number expected, got string)
local r = f("x")
