-- Fields are evaluated in order; later equal keys win. Lua 5.1 manual §2.5.7.
local log = {}
local function note(x) log[#log + 1] = tostring(x) return x end
local t = { note(1), k = note(2), [note("key")] = note(3), note(4) }
print(table.concat(log, " ")) --> 1 2 key 3 4
print(t[1], t[2], t.k, t.key) --> 1	4	2	3
local d = { a = 1, a = 2, ["a"] = 3 }
print(d.a) --> 3
print(pcall(loadstring("return { [nil] = 1 }"))) --> false	[string "return { [nil] = 1 }"]:1: table index is nil
print(pcall(loadstring("return { [0/0] = 1 }"))) --> false	[string "return { [0/0] = 1 }"]:1: table index is NaN
print(#{ [1] = 1, [2] = 2, [3] = 3 }) --> 3
