-- stops: fuel
local n = 60
(("a"):rep(n)):match(("a?"):rep(n) .. ("a"):rep(n + 1))
