-- `ipairs` stops at the first nil and reads raw. Lua 5.1 manual §5.1.
for i, v in ipairs { 1, 2, nil, 4 } do io.write(i, "=", v, " ") end
print() -->
for i, v in ipairs {} do print("no") end
for i, v in ipairs { [0] = "zero", "one" } do io.write(i, v, " ") end
print() -->
for i, v in ipairs { n = 1, "a", false, "c" } do io.write(i, tostring(v), " ") end
print() -->
local t = { 1, 2, 3 }
for i, v in ipairs(t) do if i < 5 then t[#t + 1] = i * 10 end io.write(v, " ") end
print() -->
local p = setmetatable({ 1 }, { __index = function(_, k) return k < 4 and k or nil end })
for i, v in ipairs(p) do io.write(i, " ") end
print() -->
print(select("#", ipairs {}), select(3, ipairs {})) --> 3	0
