-- Levels: 1 is the current function, 0 the thread. Lua 5.1 manual §5.1.
local G = _G
local function inner() setfenv(2, setmetatable({ v = "set by callee" }, { __index = G })) end
local function outer() inner() return v end
print(outer()) --> set by callee
print(getfenv(outer).v, getfenv(1) == G) --> set by callee	true
local function own() setfenv(1, { w = "own" }) return w end
print(own()) --> own
print(getfenv(own).w) --> own
print(getfenv(0) == G, getfenv() == G, getfenv(1) == G) --> true	true	true
print(pcall(getfenv, 50)) --> false	bad argument #1 to '?' (invalid level)
print(pcall(getfenv, -1)) --> false	bad argument #1 to '?' (level must be non-negative)
print(pcall(setfenv, 50, {})) --> false	bad argument #1 to '?' (invalid level)
print(pcall(getfenv, "x")) --> false	bad argument #1 to '?' (number expected, got string)
print(pcall(getfenv, {})) --> false	bad argument #1 to '?' (number expected, got table)
print(pcall(setfenv, 1)) --> false	bad argument #2 to '?' (table expected, got no value)
print(pcall(setfenv, 1, nil)) --> false	bad argument #2 to '?' (table expected, got nil)
print(pcall(setfenv, {}, {})) --> false	bad argument #1 to '?' (number expected, got table)
print(pcall(setfenv, type, {})) --> false	'setfenv' cannot change environment of given object
print(pcall(getfenv, 2)  ~= nil, getfenv(2) == G) --> true	true
