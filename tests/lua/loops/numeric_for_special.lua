-- Not-a-number, infinity and a zero step. PUC `lvm.c`, `OP_FORPREP`, `OP_FORLOOP`.
local nan, inf = 0/0, math.huge
for i = nan, 1 do print("no") end
for i = 1, nan do print("no") end
for i = 1, 2, nan do print("no") end
for i = 1, -inf do print("no") end
for i = inf, inf do print("inf") break end --> inf
local n = 0
for i = 1, inf do n = n + 1 if n == 5 then break end end
print(n) --> 5
n = 0
for i = 1, 1, 0 do n = n + 1 if n == 5 then break end end
print(n) --> 5
n = 0
for i = 2, 1, 0 do n = n + 1 if n == 3 then break end end
print(n) --> 3
for i = 1, 3, inf do io.write(i, " ") end print() -->
for i = -inf, 0, 1 do io.write(i, " ") break end
print() -->
