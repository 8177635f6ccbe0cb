-- stops: error stack overflow
local function f() local ok, e = xpcall(f, function(m) return m end) error(e, 0) end
f()
