-- Every evaluation of `function` makes a new closure. Lua 5.1 manual §2.2, §2.5.9.
local function make() return function() end end
local a, b = make(), make()
print(a == b, a == a, a ~= b) --> false	true	true
local t = {}
t[a], t[b] = 1, 2
print(t[a], t[b], t[make()]) --> 1	2	nil
local fs = {}
for i = 1, 3 do fs[i] = function() return 1 end end
print(fs[1] == fs[2], fs[2] == fs[3]) --> false	false
print(print == print, type(make()), type(print)) --> true	function	function
