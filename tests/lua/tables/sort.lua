-- `table.sort` with and without a comparator. Lua 5.1 manual §5.5.
local function sorted(t, f) table.sort(t, f) return table.concat(t, " ") end
print(sorted { 3, 1, 2 }) --> 1 2 3
print(sorted { "b", "a", "C", "B" }) --> B C a b
print(sorted({ 3, 1, 2 }, function(a, b) return a > b end)) --> 3 2 1
print(sorted {}, sorted { 1 }, sorted { 2, 1 }) --> 	1	1 2
print(sorted { 1, 1, 1, 1 }) --> 1 1 1 1
print(sorted { 5, 4, 3, 2, 1 }) --> 1 2 3 4 5
print(sorted({ "ccc", "a", "bb" }, function(a, b) return #a < #b end)) --> a bb ccc
print(sorted { -1, 0, 1e10, -1e10, 0.5 }) --> -10000000000 -1 0 0.5 10000000000
local big = {}
for i = 1, 500 do big[i] = (i * 7919) % 1009 end
table.sort(big)
for i = 2, 500 do assert(big[i - 1] <= big[i]) end
print(big[1], big[250], big[500]) --> 1	502	1006
table.sort(big, function(a, b) return a > b end)
for i = 2, 500 do assert(big[i - 1] >= big[i]) end
print(big[1], big[500]) --> 1006	1
print(select("#", table.sort({ 2, 1 }))) --> 0
local p = { { n = "b", v = 2 }, { n = "a", v = 1 }, { n = "c", v = 3 } }
table.sort(p, function(x, y) return x.n < y.n end)
print(p[1].n, p[2].n, p[3].n) --> a	b	c
