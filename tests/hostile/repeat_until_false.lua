-- stops: fuel
repeat until false
