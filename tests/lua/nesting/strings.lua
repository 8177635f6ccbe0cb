-- String functions in string functions: their work nests, their stacks do not.
local s = "x"
for i = 1, 150 do s = string.format("%s", s) end
print(s) --> x
local t = "s"
for i = 1, 150 do t = "string.format('%s-', " .. t .. ")" end
print(loadstring("local s = 'x' return " .. t)) --> nil	[string "local s = 'x' return string.format('%s-', string.format('%s-', ..."]:1: function or expression too complex near '.'
local t = "s"
for i = 1, 100 do t = "string.format('%s-', " .. t .. ")" end
print(#loadstring("local s = 'x' return " .. t)()) --> 101
local t = "s"
for i = 1, 60 do t = "string.rep(" .. t .. ", 1)" end
print(loadstring("local s = 'x' return " .. t)()) --> x
local t = "s"
for i = 1, 60 do t = "(" .. t .. "):gsub('x', '%0')" end
print(loadstring("local s = 'x' return (" .. t .. ")")()) --> x
print(#("x"):rep(10):rep(10):rep(10):rep(10)) --> 10000
-- Patterns with as much to come back to as the subject has bytes.
print(#("a"):rep(100000):match("^(a*)$")) --> 100000
print(("a"):rep(100000):find("a-$")) --> 1	100000
print(("a"):rep(1000):match(("a?"):rep(16) .. "b")) --> nil
print((("("):rep(10000) .. ("("):rep(10000)):match("%b()")) --> nil
print(#((("("):rep(10000) .. (")"):rep(10000)):match("%b()"))) --> 20000
print((("x"):rep(50000):gsub("x-", "")))
print(pcall(string.find, "a", ("("):rep(32) .. "a" .. (")"):rep(32)) == true) --> true
print(pcall(string.find, "a", ("("):rep(33) .. "a" .. (")"):rep(33))) --> false	too many captures
print(pcall(string.rep, "x", -1))
-- Every directive at its widest.
local n = {}
for i = 1, 49 do n[i] = 1e308 end
print(#("%99.99f"):rep(49):format(unpack(n))) --> 20041
