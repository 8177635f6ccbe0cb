-- Combinatorics by recursion and coroutines.
local function combos(t, k, start, acc, out)
  start, acc, out = start or 1, acc or {}, out or {}
  if #acc == k then
    out[#out + 1] = table.concat(acc)
    return out
  end
  for i = start, #t do
    acc[#acc + 1] = t[i]
    combos(t, k, i + 1, acc, out)
    acc[#acc] = nil
  end
  return out
end
print(table.concat(combos({ "a", "b", "c", "d" }, 2), " ")) --> ab ac ad bc bd cd
local function subsets(t)
  return coroutine.wrap(function() for n = 0, 2 ^ #t - 1 do local s = {} for i = 1, #t do if math.floor(n / 2 ^ (i - 1)) % 2 == 1 then s[#s + 1] = t[i] end end coroutine.yield("{" .. table.concat(s, ",") .. "}") end end)
end
for s in subsets { 1, 2, 3 } do io.write(s, " ") end
print() -->
local function gcd(a, b) if b == 0 then return a end return gcd(b, a % b) end
print(gcd(48, 36), gcd(17, 5), gcd(0, 9)) --> 12	1	9
local function partitions(n, max)
  max = max or n
  if n == 0 then
    return 1
  end
  local c = 0
  for i = math.min(n, max), 1, -1 do
    c = c + partitions(n - i, i)
  end
  return c
end
print(partitions(5), partitions(20)) --> 7	627
local row = { 1 }
for i = 1, 8 do
  print((" "):rep(8 - i) .. table.concat(row, " "))
  local nextrow = { 1 }
  for j = 2, #row do
    nextrow[j] = row[j - 1] + row[j]
  end
  nextrow[#row + 1] = 1
  row = nextrow
end
