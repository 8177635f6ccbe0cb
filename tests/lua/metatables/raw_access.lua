-- `rawget`, `rawset`, `rawequal` pass metamethods by. Lua 5.1 manual §5.1.
local t = setmetatable({}, { __index = function() return "meta" end, __newindex = function() error("no") end, __eq = function() return true end })
print(t.x, rawget(t, "x")) --> meta	nil
print(rawset(t, "x", 1) == t, t.x, rawget(t, "x")) --> true	1	1
print(rawequal(t, setmetatable({}, getmetatable(t))), t == setmetatable({}, getmetatable(t)), rawequal("a", "a"), rawequal(1, 1), rawequal({}, {})) --> false	true	true	true	false
print(pcall(rawget, 1, 2)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(rawset, "s", 1, 2)) --> false	bad argument #1 to '?' (table expected, got string)
print(pcall(rawequal, 1)) --> false	bad argument #2 to '?' (value expected)
print(pcall(rawget, {})) --> false	bad argument #2 to '?' (value expected)
print(rawget({ 5 }, 1, "extra"), rawset({}, 1, nil)[1]) --> 5	nil
for k, v in pairs(t) do print(k, v) end --> x	1
print(next(t)) --> x	1
print(rawget(_G, "undefined"), rawset(_G, "defined", "yes").defined, defined) --> nil	yes	yes
