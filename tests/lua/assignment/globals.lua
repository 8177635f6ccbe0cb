-- Globals are fields of the environment table. Lua 5.1 manual §2.3.
x = 1
print(x, _G.x, _G["x"], rawget(_G, "x")) --> 1	1	1	1
_G.y = 2
print(y) --> 2
_G["not a name"] = 3
print(_G["not a name"]) --> 3
x = nil
print(x, rawget(_G, "x")) --> nil	nil
print(undefined) --> nil
print(_G._G == _G, _G._G._G.print == print) --> true	true
local print = function(...) _G.print("local print", ...) end --> local print	1
print(1)
