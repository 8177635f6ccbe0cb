-- Method calls evaluate the object once. Lua 5.1 manual §2.5.8.
local n = 0
local function obj() n = n + 1 return { v = n, get = function(self, x) return self.v, x end } end
print(obj():get("x")) print(n) --> 1	x --> 1
local s = "abc"
print(s:upper(), s:len(), s:sub(2, 2), s:rep(2):upper(), ("%d-%s"):format(1, "a")) --> ABC	3	b	ABCABC	1-a
local Stack = {} Stack.__index = Stack
function Stack.new() return setmetatable({ n = 0 }, Stack) end
function Stack:push(v) self.n = self.n + 1 self[self.n] = v return self end
function Stack:pop() local v = self[self.n] self[self.n] = nil self.n = self.n - 1 return v end
local st = Stack.new():push(1):push(2):push(3)
print(st:pop(), st:pop(), st.n) --> 3	2	1
local t = { a = { b = { c = function(self, x) return self.d, x end, d = "D" } } }
print(t.a.b:c(1)) --> D	1
print(t["a"].b:c(2)) --> D	2
print((t.a).b.c(t.a.b, 3)) --> D	3
