-- The position `error` adds, by level. Lua 5.1 manual §5.1.
local function l0() error("l0", 0) end
local function l1() error("l1", 1) end
local function l2() error("l2", 2) end
local function l3() error("l3", 3) end
local function call(f) f() end
print(pcall(call, l0)) --> false	l0
print(pcall(call, l1)) --> false	pcall/levels.lua:3: l1
print(pcall(call, l2)) --> false	pcall/levels.lua:6: l2
print(pcall(call, l3)) --> false	l3
local function tail(f) return f() end
print(pcall(tail, l1)) --> false	pcall/levels.lua:3: l1
print(pcall(tail, l2)) --> false	l2
print(pcall(tail, l3)) --> false	l3
print(pcall(string.gsub, "x", "x", l2)) --> false	l2
print(pcall(table.sort, { 1, 2 }, l2)) --> false	l2
print(pcall(function() return l1() end)) --> false	pcall/levels.lua:3: l1
print(pcall(loadstring("error('in chunk')", "=chunk"))) --> false	chunk:1: in chunk
print(pcall(loadstring("error('in chunk', 2)", "=chunk"))) --> false	in chunk
print(pcall(error, "direct", 1)) --> false	direct
print(pcall(error, "direct", 2)) --> false	pcall/levels.lua:21: direct
print(pcall(error, "direct", 3)) --> false	direct
print(pcall(error, "direct", -1)) --> false	direct
