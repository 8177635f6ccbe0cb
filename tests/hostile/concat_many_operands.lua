-- stops: memory
local s = ("x"):rep(1e5)
while true do s = s .. s .. s .. s .. s .. s .. s .. s end
