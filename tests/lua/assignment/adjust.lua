-- Lists are cut or filled with nil; only the last call expands. Lua 5.1 manual §2.4.3.
local function two() return 1, 2 end
local a, b, c = two()
print(a, b, c) --> 1	2	nil
a, b, c = 0, two()
print(a, b, c) --> 0	1	2
a, b, c = two(), 10
print(a, b, c) --> 1	10	nil
a, b, c = (two())
print(a, b, c) --> 1	nil	nil
a, b, c = two(), two()
print(a, b, c) --> 1	1	2
a = two()
print(a) --> 1
local function none() end
a, b = none()
print(a, b) --> nil	nil
a, b = none(), none()
print(a, b) --> nil	nil
local function va(...) local x, y, z = ... return x, y, z end
print(va(1), va(1, 2, 3, 4)) --> 1	1	2	3
