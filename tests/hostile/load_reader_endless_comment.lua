-- stops: fuel
local first = true
load(function() if first then first = false return "--" end return ("x"):rep(100) end)
