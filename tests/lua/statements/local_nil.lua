-- Locals without a value are nil; extra values are dropped. Lua 5.1 manual §2.4.7.
local a, b, c = 1
print(a, b, c) --> 1	nil	nil
local d, e = 1, 2, 3
print(d, e) --> 1	2
local f
print(f) --> nil
do local a a = 5 print(a) end --> 5
print(a) --> 1
for i = 1, 2 do local fresh; print(fresh); fresh = i end --> nil --> nil
