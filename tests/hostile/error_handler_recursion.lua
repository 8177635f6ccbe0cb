-- stops: error error in error handling
local function handler(m) local t = nil; return t.x end
local ok, message = xpcall(function() local t = nil; return t.x end, handler)
error(message, 0)
