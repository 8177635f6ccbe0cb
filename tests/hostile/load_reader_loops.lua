-- stops: fuel
load(function() while true do end end)
