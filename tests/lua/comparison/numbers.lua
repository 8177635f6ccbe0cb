-- Ordering of numbers, infinities and not-a-number. Lua 5.1 manual §2.5.2.
local nan, inf = 0/0, 1/0
print(1 < 2, 1 <= 1, 2 > 1, 2 >= 3, -1 < 0, 0 < -0) --> true	true	true	false	true	false
print(-inf < inf, inf <= inf, inf > 1e308, -inf < -1e308) --> true	true	true	true
print(nan < 1, nan > 1, nan <= nan, nan >= nan, not (nan < 1), not (nan >= 1)) --> false	false	false	false	true	true
local function cmp(a, b)
  return (a < b and "<" or "") .. (a <= b and "<=" or "") .. (a > b and ">" or "") .. (a >= b and ">=" or "") .. (a == b and "==" or "") .. (a ~= b and "~=" or "")
end
print(cmp(1, 2), cmp(2, 1), cmp(1, 1), cmp(nan, 1), cmp(nan, nan), cmp("a", "b")) --> <<=~=	>>=~=	<=>===	~=	~=	<<=~=
if nan < 1 then print("no") else print("else") end --> else
if not (nan < 1) then print("not") end --> not
if nan ~= nan and not (nan > nan) then print("nan") end --> nan
while nan < 1 do print("no") end
print(2^53 < 2^53 + 1, 2^53 <= 2^53 + 1, 0.1 + 0.2 > 0.3) --> false	true	true
