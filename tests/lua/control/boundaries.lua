-- Statements at their edges: empty bodies, one-line functions, nested ends.
if true then end
while false do end
for i = 1, 0 do end
repeat until true do end
local function f() end
local g = function() return end
local h = function(...) end
print(f(), g(), h()) --> nil	nil
print((f())) --> nil
print(select("#", f()), select("#", (g()))) --> 0	1
