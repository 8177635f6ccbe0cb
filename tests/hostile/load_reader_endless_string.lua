-- stops: memory
local first = true
assert(load(function() if first then first = false return "return '" end return ("x"):rep(1000) end))
