-- `t[#t + 1]` builds lists. Lua 5.1 manual §2.5.5.
local t = {}
for i = 1, 20 do t[#t + 1] = i * i end
print(#t, t[20]) --> 20	400
while #t > 5 do t[#t] = nil end
print(#t, table.concat(t, " ")) --> 5	1 4 9 16 25
t[#t] = nil
t[#t] = nil
print(#t) --> 3
t[#t + 1], t[#t + 2] = "a", "b"
print(#t, t[4], t[5]) --> 5	a	b
local q = { first = 1 }
for i = 1, 5 do q[#q + 1] = i end
local out = {}
while q[q.first] do out[#out + 1] = q[q.first] q[q.first] = nil q.first = q.first + 1 end
print(table.concat(out, ","), #q) --> 1,2,3,4,5	0
local stack = {}
for c in ("([]{})"):gmatch(".") do if ("([{"):find(c, 1, true) then stack[#stack + 1] = c else stack[#stack] = nil end end
print(#stack) --> 0
