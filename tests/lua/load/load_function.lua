-- `load` takes pieces from a function until nil or an empty string. Lua 5.1 manual §5.1.
local function pieces(...) local t, i = { ... }, 0 return function() i = i + 1 return t[i] end end
print(load(pieces("return ", "1", " + ", "2"))()) --> 3
print(load(pieces("return 'a", "bc'"))()) --> abc
print(load(pieces("return 1", "", " syntax error"))()) --> 1
print(type(load(pieces()))) --> function
print(load(pieces("x x"), "=named")) --> nil	named:1: '=' expected near 'x'
print(load(pieces("x x"))) --> nil	(load):1: '=' expected near 'x'
print(load(pieces("return ", nil, "5"))()) -->
print(load(pieces("x = ", {})))
print(load(pieces("return ", 5))()) --> 5
print(load(pieces("x = ", true)))
print(load(function() error("reader failed", 0) end))
print(pcall(load)) --> false	bad argument #1 to '?' (function expected, got no value)
print(pcall(load, 5)) --> false	bad argument #1 to '?' (function expected, got number)
print(pcall(load, "return 1")) --> false	bad argument #1 to '?' (function expected, got string)
local n = 0
local f = load(function() n = n + 1 if n <= 100 then return "x" .. n .. " = " .. n .. " " end end)
f()
print(n, x1, x100) --> 101	1	100
print(type(load(function() return loadstring("return nil")() end))) --> function
local s, i = "return 'one byte at a time'", 0
print(load(function() i = i + 1 return s:sub(i, i) end)()) --> one byte at a time
