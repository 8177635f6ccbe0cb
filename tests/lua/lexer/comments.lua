-- Short and long comments. Lua 5.1 manual §2.1.
print(1) -- after a statement --> 1
--[[ a long one
print("not run")
]] print(2) --> 2
--[==[ another
]] still inside
]==] print(3) --> 3
--[ not long
print(4) --> 4
--[=not long either
print(5) --> 5
---[[ with three dashes it is short
print(6) --> 6
--]]
print(--[[inside]]7) --> 7
print(8)--[[]]print(9) --> 8 --> 9
