-- stops: error has more than 60 upvalues
local names = {}
for i = 1, 150 do names[i] = "v" .. i end
local list = table.concat(names, ", ")
assert(loadstring("local " .. list .. " return function() return " .. list .. " end"))
