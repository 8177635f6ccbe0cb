-- During `pairs` existing fields may be changed or cleared. Lua 5.1 manual §5.1, `next`.
local t = {}
for i = 1, 10 do t[i] = i t["k" .. i] = i end
local n = 0
for k, v in pairs(t) do t[k] = nil n = n + 1 end
print(n, next(t)) --> 20	nil
for i = 1, 5 do t[i] = i end
for k, v in pairs(t) do t[k] = v * 2 end
print(t[1], t[5]) --> 2	10
print(pcall(next, t, "missing")) --> false	invalid key to 'next'
print(pcall(next, t, 1.5)) --> false	invalid key to 'next'
print(next({}, nil), next({ 7 }), next({ 7 }, 1)) --> nil	1	nil
