-- stops: fuel
while true do pcall(function() local s = ("x"):rep(1000) while true do s = s .. s end end) end
