-- Factorials and powers with digit lists.
local function mul(a, n)
  local r, c = {}, 0
  for i = 1, #a do
    local v = a[i] * n + c
    r[i] = v % 1e7
    c = math.floor(v / 1e7)
  end
  while c > 0 do
    r[#r + 1] = c % 1e7
    c = math.floor(c / 1e7)
  end
  return r
end
local function show(a) local r = { tostring(a[#a]) } for i = #a - 1, 1, -1 do r[#r + 1] = ("%07d"):format(a[i]) end return table.concat(r) end
local f = { 1 }
for i = 1, 50 do f = mul(f, i) end
print(show(f)) --> 30414093201713378043612608166064768844377641568960512000000000000
local p = { 1 }
for i = 1, 200 do p = mul(p, 2) end
print(show(p)) --> 1606938044258990275541962092341162602522202993782792835301376
print(2 ^ 200, #show(p)) --> 1.606938044259e+60	61
