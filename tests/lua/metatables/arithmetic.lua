-- Every arithmetic metamethod, on either side. Lua 5.1 manual §2.8.
local function show(x) return type(x) == "table" and "T" or tostring(x) end
local mt = {}
for _, op in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "concat" } do
  mt["__" .. op] = function(a, b)
    return op .. "(" .. show(a) .. "," .. show(b) .. ")"
  end
end
local t = setmetatable({}, mt)
print(t + 1, 1 + t, t + t) --> add(T,1)	add(1,T)	add(T,T)
print(t - 1, 1 - t) --> sub(T,1)	sub(1,T)
print(t * "2", "2" * t) --> mul(T,2)	mul(2,T)
print(t / nil == "div(T,nil)", pcall(function() return nil / t end)) --> true	true	div(nil,T)
print(t % 3, t ^ 2, 2 ^ t, -t) --> mod(T,3)	pow(T,2)	pow(2,T)	unm(T,T)
print(t .. "x", "x" .. t, 1 .. t, t .. t) --> concat(T,x)	concat(x,T)	concat(1,T)	concat(T,T)
print(pcall(function() return - - t end)) --> false	metatables/arithmetic.lua:16: attempt to perform arithmetic on a string value
print(pcall(function() return t + t .. t end)) --> true	concat(add(T,T),T)
local a = setmetatable({}, { __add = function() return "a" end })
local b = setmetatable({}, { __add = function() return "b" end, __sub = function() return "b-" end })
print(a + b, b + a, a - b, b - a) --> a	b	b-	b-
print(select("#", t + 1), (function() return 1, 2 end)() + t) --> 1	add(1,T)
print(setmetatable({}, { __add = function() return 1, 2, 3 end }) + 1) --> 1
print(pcall(function() return a * b end)) --> false	metatables/arithmetic.lua:23: attempt to perform arithmetic on upvalue 'a' (a table value)
