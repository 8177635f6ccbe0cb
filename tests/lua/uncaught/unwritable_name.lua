-- A global function reached through another table has no global name.
local m = {}
function m.a() m.b() end
function m.b() m.c() end
function m.c() local x = nil .. "x" end --! attempt to concatenate a nil value
m.a()
