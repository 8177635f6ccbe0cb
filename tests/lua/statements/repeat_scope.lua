-- The condition of `repeat` sees the block's locals. Lua 5.1 manual §2.4.4.
local n = 0
repeat local done = n >= 3; n = n + 1 until done
print(n) --> 4
repeat local x = n; local f = function() return x end; n = n + 1 until f() > 6
print(n) --> 8
repeat print("once") until true --> once
local fs = {}
local i = 0
repeat local v = i; fs[#fs + 1] = function() v = v + 1; return v end; i = i + 1 until v == 2
print(fs[1](), fs[1](), fs[2](), fs[3]()) --> 1	2	2	3
repeat if n > 3 then break end until false
print("left") --> left
