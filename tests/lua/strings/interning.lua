-- Equal strings are the same key however they were made. Lua 5.1 manual §2.2.
local t = {}
t["abc" .. "def"] = 1
t[("fedcba"):reverse()] = 2
print(t.abcdef) --> 2
t[("x"):rep(50)] = "long"
print(t[("x"):rep(25) .. ("x"):rep(25)]) --> long
print(rawequal("a" .. 1, "a1"), ("a\0b" == "a" .. "\0" .. "b")) --> true	true
t[1] = "number"
t["1"] = "string"
print(t[1], t["1"], t[1 .. ""]) --> number	string	string
local n = 0
for i = 1, 1000 do t["k" .. i] = i end
for i = 1, 1000 do if t["k" .. i] == i then n = n + 1 end end
print(n) --> 1000
local long = ("abc"):rep(1000)
print(long == ("abc"):rep(1000), #long, long:sub(1, 3) == "abc") --> true	3000	true
