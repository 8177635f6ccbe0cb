-- stops: error error in error handling
local ok, message = xpcall(function() error("x") end, function(m) error("y") end)
error(message, 0)
