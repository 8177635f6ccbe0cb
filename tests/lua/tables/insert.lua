-- `table.insert` at the end and at positions. Lua 5.1 manual §5.5.
local function show(t) local r = {} for i = 1, 8 do r[i] = tostring(t[i]) end return table.concat(r, " ") end
local t = { 1, 2, 3 }
table.insert(t, 4)
print(show(t)) --> 1 2 3 4 nil nil nil nil
table.insert(t, 1, 0)
print(show(t)) --> 0 1 2 3 4 nil nil nil
table.insert(t, 3, "m")
print(show(t)) --> 0 1 m 2 3 4 nil nil
table.insert(t, 7, "end")
print(show(t)) --> 0 1 m 2 3 4 end nil
local u = { "a" }
table.insert(u, 5, "e")
print(show(u), #u) --> a nil nil nil e nil nil nil	1
table.insert(u, "2", "two")
print(show(u)) --> a two nil nil e nil nil nil
local v = {}
table.insert(v, 1, "x")
print(show(v)) --> x nil nil nil nil nil nil nil
table.insert(v, nil)
print(show(v), #v) --> x nil nil nil nil nil nil nil	1
local z = { 1, 2 }
table.insert(z, 0, "zero")
print(show(z), z[0]) --> nil 1 2 nil nil nil nil nil	zero
table.insert(z, -1, "minus")
print(show(z), z[-1]) --> zero 1 2 nil nil nil nil nil	minus
table.insert(z, 1.9, "trunc")
print(show(z)) --> trunc zero 1 2 nil nil nil nil
print(select("#", table.insert({}, 1))) --> 0
print(pcall(table.insert, {})) --> false	wrong number of arguments to 'insert'
print(pcall(table.insert)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.insert, {}, 1, 2, 3)) --> false	wrong number of arguments to 'insert'
print(pcall(table.insert, 5, 1)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(table.insert, {}, "x", 1)) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(table.insert, {}, {}, 1)) --> false	bad argument #2 to '?' (number expected, got table)
print(pcall(table.insert, nil, 1)) --> false	bad argument #1 to '?' (table expected, got nil)
print(pcall(table.insert, { 1 }, 1, nil)) --> true
