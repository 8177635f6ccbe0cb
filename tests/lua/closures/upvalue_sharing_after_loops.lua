-- Which closures share a variable and which do not.
local a, b = {}, {}
do local shared = 0 for i = 1, 3 do a[i] = function() shared = shared + i return shared end end end
print(a[1](), a[2](), a[3](), a[1]()) --> 1	3	6	7
local i = 0
while i < 3 do local own = i b[i + 1] = function() own = own + 10 return own, i end i = i + 1 end
print(b[1]()) print(b[2]()) print(b[1]()) --> 10	3 --> 11	3 --> 20	3
local function pair() local v = 0 local function get() return v end local function set(x) v = x end return get, set end
local g1, s1 = pair()
local g2, s2 = pair()
s1(1)
s2(2)
print(g1(), g2()) --> 1	2
local function args(a, b) return function() a, b = b, a return a, b end end
local sw = args(1, 2)
print(sw()) --> 2	1
print(sw()) --> 1	2
local function va(...) local x, y = ... return function() x = x + 1 return x, y end end
local v = va(1, "y")
v()
print(v()) --> 3	y
