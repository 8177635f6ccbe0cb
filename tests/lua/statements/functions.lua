-- Function statements: plain, fields, methods, local and recursive. Lua 5.1 manual §2.5.9.
local a = { b = { c = {} } }
function a.f(x) return "f", x end
function a.b.g(x) return "g", x end
function a.b.c:h(x) return self == a.b.c, x end
print(a.f(1)) --> f	1
print(a.b.g(2)) --> g	2
print(a.b.c:h(3)) --> true	3
print(a.b.c.h(4, 5)) --> false	5
local function fact(n) return n <= 1 and 1 or n * fact(n - 1) end
print(fact(10), fact(20), fact(25)) --> 3628800	2.4329020081766e+18	1.5511210043331e+25
local fib = function(n) return n end
local fib2 = function(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib2(10)) --> 17
function global_one() return "global" end
print(global_one(), _G.global_one()) --> global	global
