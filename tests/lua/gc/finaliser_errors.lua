-- An error in a finaliser reaches the code that was collecting. PUC `lgc.c`, `GCTM`.
local function make(f) local p = newproxy(true) getmetatable(p).__gc = f end
make(function() error("finaliser failed", 0) end)
print(pcall(collectgarbage)) --> false	finaliser failed
print(pcall(collectgarbage)) --> true	0
make(function() error({}) end)
print(type(select(2, pcall(collectgarbage)))) --> table
make(5)
print(pcall(collectgarbage)) --> false	attempt to call a number value
make(nil)
print(pcall(collectgarbage)) --> true	0
make("x")
print(pcall(collectgarbage)) --> false	attempt to call a string value
local order = {}
make(function() order[#order + 1] = "first made" end)
make(function() order[#order + 1] = "raises" error("e", 0) end)
make(function() order[#order + 1] = "last made" end)
print(pcall(collectgarbage)) --> false	e
print(table.concat(order, ", ")) --> last made, raises
print(pcall(collectgarbage)) --> true	0
print(table.concat(order, ", ")) --> last made, raises, first made
