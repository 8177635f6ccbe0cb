-- stops: error C stack overflow
local function f() table.sort({ 2, 1 }, function() ("x"):gsub("x", f) return false end) end
f()
