-- `#` of strings counts bytes. Lua 5.1 manual §2.5.5.
print(#"", #"a", #"abc", #"\0", #"a\0b", #"é", #"\n\r", #[[
x]], #"\65\066")
print(#("x"):rep(1000), #tostring(12.5), #"abc" * 2, -#"abc", #"abc" == 3, #("a" .. "b")) --> 1000	4	6	-3	true	2
local s = "word"
print(#s, #s .. "", #s + #s, s:len() == #s) --> 4	4	8	true
print(pcall(function() return #nil end)) --> false	length/strings.lua:7: attempt to get length of a nil value
print(pcall(function() return #12 end)) --> false	length/strings.lua:8: attempt to get length of a number value
