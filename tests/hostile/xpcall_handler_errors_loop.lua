-- stops: fuel
while true do xpcall(function() error("x") end, function(m) error(m) end) end
