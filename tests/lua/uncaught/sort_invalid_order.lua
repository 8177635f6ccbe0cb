-- A comparator that contradicts itself.
local t = {}
for i = 1, 20 do t[i] = 1 end
table.sort(t, function() return true end) --! invalid order function for sorting
