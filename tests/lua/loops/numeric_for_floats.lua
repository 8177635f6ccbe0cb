-- Fractional steps accumulate their rounding. Lua 5.1 manual §2.4.5.
local n = 0
for x = 0, 1, 0.1 do n = n + 1 end
print(n) --> 11
local last
for x = 0, 1, 0.1 do last = x end
print(last, string.format("%.17g", last)) --> 1	0.99999999999999989
for x = 1, 0, -0.25 do io.write(x, " ") end
print() -->
for x = 0.1, 0.5, 0.1 do io.write(string.format("%.17g", x), " ") end
print() -->
local count = 0
for x = 2^53, 2^53 + 4 do count = count + 1 if count == 10 then break end end
print(count) --> 10
for x = 1e15, 1e15 + 2 do io.write(x, " ") end
print() -->
for x = -0.5, 0.5, 0.5 do io.write(x, " ") end
print() -->
