-- stops: memory
local s = ("x"):rep(1000):rep(1000):rep(1000):rep(1000)
