-- `table.remove` from the end and from positions. Lua 5.1 manual §5.5.
local function show(t) local r = {} for i = 1, 6 do r[i] = tostring(t[i]) end return table.concat(r, " ") end
local t = { "a", "b", "c", "d", "e" }
print(table.remove(t), show(t)) --> e	a b c d nil nil
print(table.remove(t, 1), show(t)) --> a	b c d nil nil nil
print(table.remove(t, 2), show(t)) --> c	b d nil nil nil nil
print(table.remove(t, 5), show(t)) --> nil	b d nil nil nil nil
print(table.remove(t, 0), show(t)) --> nil	b d nil nil nil nil
print(table.remove(t, -1), show(t)) --> nil	b d nil nil nil nil
print(table.remove(t), table.remove(t), table.remove(t), #t) --> d	b	nil	0
print(select("#", table.remove({}))) --> 0
print(select("#", table.remove({}, 1)), select("#", table.remove({ 1 }, 5))) --> 0	0
print(table.remove({ 1, 2, 3 }, "2"), table.remove({ 1, 2, 3 }, 1.9)) --> 2	1
local u = { 1, 2 }
print(table.remove(u, 3), show(u)) --> nil	1 2 nil nil nil nil
print(table.remove({ [0] = "z" }, 0)) -->
print(pcall(table.remove)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.remove, 5)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(table.remove, {}, {})) --> false	bad argument #2 to '?' (number expected, got table)
print(pcall(table.remove, {}, "x")) --> false	bad argument #2 to '?' (number expected, got string)
local s = {}
for i = 1, 100 do s[i] = i end
local n = 0
while #s > 0 do n = n + table.remove(s, 1) end
print(n, next(s)) --> 5050	nil
for i = 1, 10 do s[i] = i end
for i = 10, 1, -2 do table.remove(s, i) end
print(table.concat(s, " ")) --> 1 3 5 7 9
