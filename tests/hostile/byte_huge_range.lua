-- stops: error string slice too long
local s = ("x"):rep(1e6)
local t = { s:byte(1, -1) }
