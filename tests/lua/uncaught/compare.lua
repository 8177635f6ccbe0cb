-- Comparing two tables.
local function max(a, b) if a < b then return b end return a end --! attempt to compare two table values
print(max(1, 2)) --> 2
print(max({}, {}))
