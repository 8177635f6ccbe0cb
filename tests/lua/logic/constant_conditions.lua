-- Conditions that are constants are folded without changing meaning. PUC `lcode.c`, `luaK_goiftrue`.
if true then print("a") end --> a
if false then print("no") else print("b") end --> b
if nil then print("no") end
if 1 then print("c") end --> c
if "x" then print("d") end --> d
while false do print("no") end
repeat print("e") until true --> e
print(true and 1, false and 1, nil or 2, true or 2, "s" and 3, 0 or 4) --> 1	false	2	true	3	0
print(not true, not false, not nil, not 1, not "x") --> false	true	true	false	false
print(true and false or true, nil and nil or nil) --> true	nil
local x = true and nil
print(x) --> nil
local y = false or nil
print(y) --> nil
print((true), (nil), (false and true)) --> true	nil	false
