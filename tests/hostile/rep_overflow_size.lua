-- stops: memory
local s = ("x"):rep(2^20):rep(2^30)
