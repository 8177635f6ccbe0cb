-- What is long but not deep compiles. PUC `lparser.c`.
print(loadstring("return 0" .. (" + 1"):rep(5000))()) --> 5000
print(#loadstring("return {" .. ("1,"):rep(5000) .. "}")()) --> 5000
print(loadstring("local x = 0 " .. ("x = x + 1 "):rep(3000) .. " return x")()) --> 3000
print(loadstring("return " .. ("("):rep(1) .. "1" .. (" and 1"):rep(2000) .. ")")()) --> 1
print(#loadstring("return '" .. ("y"):rep(100000) .. "'")()) --> 100000
local t = {}
for i = 1, 3000 do t[i] = "k" .. i .. " = " .. i end
local made = loadstring("return {" .. table.concat(t, ", ") .. "}")()
print(made.k1, made.k1500, made.k3000) --> 1	1500	3000
for i = 1, 1000 do t[i] = "if x == " .. i .. " then return 'r" .. i .. "' end" end
for i = 1001, 3000 do t[i] = nil end
local f = loadstring("local x = ... " .. table.concat(t, "\n"))
print(f(1), f(777), f(1001)) --> r1	r777
print(#loadstring(("\n"):rep(10000) .. "return 'a'")(), (select(2, pcall(loadstring(("\n"):rep(10000) .. "error('x')", "=n"))))) --> 1	n:10001: x
