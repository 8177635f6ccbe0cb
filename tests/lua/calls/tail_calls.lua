-- Tail calls do not use stack. Lua 5.1 manual §2.5.8.
local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
print(loop(200000)) --> done
local a, b
function a(n) if n == 0 then return "a" end return b(n - 1) end
function b(n) if n == 0 then return "b" end return a(n - 1) end
print(a(100001)) --> b
local o = { f = function(self, n, ...) if n == 0 then return select("#", ...), ... end return self:f(n - 1, ...) end }
print(o:f(50000, 1, nil, 3)) --> 3	1	nil	3
local c = setmetatable({}, { __call = function(self, n) if n == 0 then return "called" end return self(n - 1) end })
print(c(10000)) --> called
local function va(...) if select("#", ...) > 100 then return select("#", ...) end return va(1, ...) end
print(va()) --> 101
