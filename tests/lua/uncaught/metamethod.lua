-- An error inside a metamethod. PUC `ldebug.c`.
local V = {}
V.__add = function(a, b) error("cannot add vectors of different size") end --! cannot add vectors of different size
local function sum(a, b) local s = a + b return s end
print("adding") --> adding
print(sum(setmetatable({}, V), setmetatable({}, V)))
