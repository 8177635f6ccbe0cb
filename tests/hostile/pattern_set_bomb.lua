-- stops: fuel
local set = "[" .. ("abcdefghij"):rep(100) .. "]*"
local s = ("j"):rep(2000)
s:find(set .. set .. set .. "x")
