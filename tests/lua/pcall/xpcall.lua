-- `xpcall` takes a handler but no arguments in 5.1. Lua 5.1 manual §5.1.
print(xpcall(function(...) return select("#", ...), ... end, function() end, 1, 2)) --> true	0
print(xpcall(function() error("m", 0) end, function(m) return m:upper(), "second" end)) --> false	M
print(xpcall(function() local x = nil; return x.y end, function(m) return "caught: " .. m end)) --> false	caught: pcall/xpcall.lua:4: attempt to index local 'x' (a nil value)
print(xpcall(function() error("x", 0) end, function() end)) --> false	nil
print(xpcall(error, function(m) return type(m) end)) --> false	nil
print(pcall(xpcall)) --> false	bad argument #2 to '?' (value expected)
print(pcall(xpcall, tostring)) --> false	bad argument #2 to '?' (value expected)
print(xpcall(type, nil)) --> false	error in error handling
print(xpcall(function() error("e", 0) end, nil)) --> false	error in error handling
print(xpcall(nil, function(m) return "h:" .. m end)) --> false	h:attempt to call a nil value
print(xpcall(5, function(m) return "h:" .. m end)) --> false	h:attempt to call a number value
print(xpcall(function() return 1, 2, 3 end, error)) --> true	1	2	3
local handled = 0
print(xpcall(function() pcall(error, "inner") error("outer", 0) end, function(m) handled = handled + 1 return m end), handled) --> false	1
