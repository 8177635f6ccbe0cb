-- `__tostring` in `tostring` and `print`; results pass as they are. Lua 5.1 manual §5.1.
local o = setmetatable({}, { __tostring = function(self) return "object" end }) --> object	object	1 --> 6	object!
print(o, tostring(o), o and 1)
print(#tostring(o), tostring(o) .. "!")
print(pcall(function() return "x" .. o end)) --> false	metatables/tostring.lua:5: attempt to concatenate upvalue 'o' (a table value)
print(pcall(string.format, "%s", o)) --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(string.format, "%s|%10s", "a", 1)) --> true	a|         1
local num = setmetatable({}, { __tostring = function() return 42 end }) --> 42	number --> 42 --> true
print(tostring(num), type(tostring(num)))
print(pcall(print, num))
local tab = setmetatable({}, { __tostring = function() return {} end }) --> table --> false	'tostring' must return a string to 'print'
print(type(tostring(tab)))
print(pcall(print, tab))
print(tostring(nil), tostring(true), tostring(1), tostring("s"), pcall(tostring)) --> nil	true	1	s	false	bad argument #1 to '?' (value expected)
print(pcall(tostring, setmetatable({}, { __tostring = 5 }))) --> false	attempt to call a number value
print(tostring(setmetatable({}, { __tostring = function(...) return select("#", ...) .. "" end }))) --> 1
local p = newproxy(true)
getmetatable(p).__tostring = function() return "proxy" end --> proxy	proxy
print(p, tostring(p))
print((tostring(type):gsub("0x%x+", "PTR")), (tostring({}):gsub("0x%x+", "PTR")), (tostring(coroutine.create(function() end)):gsub("0x%x+", "PTR")), (tostring(newproxy()):gsub("0x%x+", "PTR")))
print((tostring(io.stdout):gsub("0x%x+", "PTR")), (tostring(function() end):gsub("0x%x+", "PTR")))
