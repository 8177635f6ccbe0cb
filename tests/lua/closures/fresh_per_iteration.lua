-- Each iteration has its own loop variable and locals. Lua 5.1 manual §2.6.
local f = {}
for i = 1, 3 do f[i] = function() i = i + 10 return i end end
print(f[1](), f[1](), f[2](), f[3]()) --> 11	21	12	13
local g = {}
for k, v in ipairs { "a", "b" } do g[k] = function() v = v .. k return v end end
print(g[1](), g[1](), g[2]()) --> a1	a11	b2
local h, j = {}, 0
while j < 3 do j = j + 1 local x = j h[j] = function() x = x * 2 return x end end
print(h[1](), h[2](), h[3](), h[3]()) --> 2	4	6	12
