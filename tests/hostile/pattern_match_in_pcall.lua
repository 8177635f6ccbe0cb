-- stops: fuel
while true do pcall(string.match, ("a"):rep(300), (".*"):rep(12) .. "b") end
