-- stops: fuel
repeat local x = 1; local f = function() return x end until f() == 2
