-- stops: fuel
xpcall(function() local t = nil; t() end, function(m) while true do pcall(error, m) end end)
