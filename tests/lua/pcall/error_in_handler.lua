-- An error inside the handler of `xpcall`. PUC `ldo.c`, `LUA_ERRERR`.
print(xpcall(function() error("first", 0) end, function(m) error("in handler", 0) end)) --> false	error in error handling
print(xpcall(function() error("first", 0) end, function(m) local x = nil; return x.y end)) --> false	error in error handling
print(xpcall(function() error("first", 0) end, function(m) return m .. nil end)) --> false	error in error handling
local n = 0
print(xpcall(function() error("first", 0) end, function(m) n = n + 1 if n < 3 then error("again", 0) end return "settled " .. n end)) --> false	settled 3
print(n > 0) --> true
print(xpcall(function() error("first", 0) end, 42)) --> false	error in error handling
print(xpcall(function() error("first", 0) end, setmetatable({}, { __call = function() return "callable" end }))) --> false	error in error handling
print(pcall(xpcall, function() error("x", 0) end, error)) --> true	false	error in error handling
