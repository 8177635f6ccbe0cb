-- stops: memory
local kept = {}
local function f(...) kept[#kept + 1] = { ... } return (f(1, 2, 3, 4, ...)) end
f()
