-- Strings are indexed by the `string` table. Lua 5.1 manual §5.4.
local names = {}
for k, v in pairs(string) do names[#names + 1] = k .. ":" .. type(v) end
table.sort(names)
print(table.concat(names, " "))
print(("x").rep == string.rep, ("x").nothing, #"x", ("abc").len == string.len) --> true	nil	1	true
string.twice = function(s) return s .. s end
print(("ab"):twice()) --> abab
print(pcall(function() return ("x"):missing() end)) --> false	strings/library.lua:9: attempt to call method 'missing' (a nil value)
print(pcall(function() local s = "str"; s.y = 1 end)) --> false	strings/library.lua:10: attempt to index local 's' (a string value)
print(pcall(function() return ("5"):rep("x") end)) --> false	strings/library.lua:11: bad argument #1 to 'rep' (number expected, got string)
print(("%d items"):format(3), ("a,b"):find(","), ("x"):byte()) --> 3 items	2	120
print(string.len == ("").len, type(string.gfind)) --> true	function
