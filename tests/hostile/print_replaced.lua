-- stops: fuel
tostring = function() while true do end end
tostring(1)
