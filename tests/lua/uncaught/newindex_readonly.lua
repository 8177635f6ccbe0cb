-- A read-only table blames the assignment.
local function readonly(t)
  return setmetatable({}, { __index = t, __newindex = function(_, k) error("attempt to update read-only field '" .. tostring(k) .. "'", 2) end })
end
local days = readonly { "Sunday", "Monday" }
print(days[1]) --> Sunday
days[2] = "Noday" --! attempt to update read-only field '2'
