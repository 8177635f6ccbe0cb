-- Metamethod comparisons inside conditions use the truth of their result. PUC `lvm.c`, `callTM` in comparisons.
local mt = {}
mt.__lt = function(a, b) return a.v < b.v and "truthy" or nil end
mt.__le = function(a, b) return a.v <= b.v and 0 or false end
mt.__eq = function(a, b) return a.v == b.v and {} or false end
local function n(v) return setmetatable({ v = v }, mt) end
if n(1) < n(2) then print("lt") end --> lt
if n(2) < n(1) then print("no") else print("not lt") end --> not lt
if n(1) <= n(1) then print("le") end --> le
if not (n(2) <= n(1)) then print("not le") end --> not le
if n(1) == n(1) then print("eq") end --> eq
if n(1) ~= n(2) then print("ne") end --> ne
local i = n(0)
while i < n(3) do i = n(i.v + 1) end
print(i.v) --> 3
repeat i = n(i.v - 1) until i <= n(1) print(i.v) --> 1
print(n(1) < n(2), n(1) <= n(1), n(1) == n(1), n(1) < n(1) or "or", n(1) <= n(2) and "and") --> true	true	true	or	and
