-- What was done before an error stays done. Lua 5.1 manual §2.7.
local t, n = {}, 0
print(pcall(function() for i = 1, 10 do t[i] = i n = n + i if i == 5 then error("stop", 0) end end end)) --> false	stop
print(#t, n) --> 5	15
local up
pcall(function() local x = 1 up = function() x = x + 1 return x end error("x") end)
print(up(), up()) --> 2	3
local function f() local a, b, c = 1, 2, 3 local ok = pcall(error) return a, b, c, ok end
print(f()) --> 1	2	3	false
for i = 1, 3 do local ok, e = pcall(error, i, 0) io.write(tostring(ok), e, " ") end
print() -->
local s = ""
for i = 1, 1000 do if not pcall(error) then s = s .. "x" end end
print(#s) --> 1000
