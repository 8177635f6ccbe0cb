-- stops: fuel
local s = ("a"):rep(30000)
local p = ("a-"):rep(15) .. "b"
while true do pcall(string.find, s, p) end
