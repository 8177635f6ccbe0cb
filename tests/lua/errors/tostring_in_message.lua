-- Messages that are numbers, and positions added by `error`. Lua 5.1 manual §5.1, `error`.
print(pcall(error)) --> false	nil
print(pcall(error, nil)) --> false	nil
print(pcall(error, "m")) --> false	m
print(pcall(error, 5)) --> false	5
print(pcall(error, true)) --> false	true
print(select(2, pcall(error, { code = 1 })).code) --> 1
print(pcall(function() error("here") end)) --> false	errors/tostring_in_message.lua:8: here
print(pcall(function() error("nowhere", 0) end)) --> false	nowhere
print(pcall(function() error("one", 1) end)) --> false	errors/tostring_in_message.lua:10: one
print(pcall(function() error(12) end)) --> false	errors/tostring_in_message.lua:11: 12
print(pcall(function() error(12, 0) end)) --> false	12
print(pcall(function() error() end)) --> false	nil
print(pcall(function() error(nil, 1) end)) --> false	nil
local function lib() error("caller's fault", 2) end
print(pcall(function() lib() end)) --> false	errors/tostring_in_message.lua:16: caller's fault
print(pcall(function() error("high", 50) end)) --> false	high
print(pcall(lib)) --> false	caller's fault
print(pcall(error, "x", 1)) --> false	x
print(pcall(error, "x", 2)) --> false	errors/tostring_in_message.lua:20: x
print(pcall(error, "x", "1")) --> false	x
print(pcall(error, "x", {})) --> false	bad argument #2 to '?' (number expected, got table)
local function level3() error("three", 3) end
local function mid() level3() end
print(pcall(function() mid() end)) --> false	errors/tostring_in_message.lua:25: three
