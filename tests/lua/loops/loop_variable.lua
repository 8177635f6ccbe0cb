-- Changing the loop variable does not change the loop. Lua 5.1 manual §2.4.5.
for i = 1, 3 do io.write(i, " ") i = 10 end
print() -->
local i = 5
for i = 1, 2 do end
print(i) --> 5
for i = i, i + 1 do io.write(i, " ") end print()
local limit = 3
for i = 1, limit do limit = 100 io.write(i, " ") end
print() -->
local function bounds() io.write("once ") return 1, 2 end
for i = bounds(), 2 do io.write(i, " ") end
print() -->
for i = 1, 3 do local i = i * 2 io.write(i, " ") end
print() -->
