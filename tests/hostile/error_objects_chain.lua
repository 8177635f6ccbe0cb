-- stops: memory
local e = {}
while true do local _, new = pcall(error, { cause = e }) e = new end
