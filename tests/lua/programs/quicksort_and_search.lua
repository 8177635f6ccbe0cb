-- Sorting and searching written out.
local function qsort(t, lo, hi)
  lo, hi = lo or 1, hi or #t
  if lo < hi then
    local p, i = t[hi], lo - 1
    for j = lo, hi - 1 do
      if t[j] <= p then
        i = i + 1
        t[i], t[j] = t[j], t[i]
      end
    end
    t[i + 1], t[hi] = t[hi], t[i + 1]
    qsort(t, lo, i)
    qsort(t, i + 2, hi)
  end
  return t
end
local function merge(t)
  if #t < 2 then
    return t
  end
  local m = math.floor(#t / 2)
  local a, b = {}, {}
  for i = 1, m do
    a[i] = t[i]
  end
  for i = m + 1, #t do
    b[#b + 1] = t[i]
  end
  a, b = merge(a), merge(b)
  local r, i, j = {}, 1, 1
  while i <= #a or j <= #b do
    if j > #b or (i <= #a and a[i] <= b[j]) then
      r[#r + 1] = a[i]
      i = i + 1
    else
      r[#r + 1] = b[j]
      j = j + 1
    end
  end
  return r
end
local function search(t, v)
  local lo, hi = 1, #t
  while lo <= hi do
    local m = math.floor((lo + hi) / 2)
    if t[m] == v then
      return m
    elseif t[m] < v then
      lo = m + 1
    else
      hi = m - 1
    end
  end
end
local data = {}
local x = 1
for i = 1, 30 do x = (x * 137 + 11) % 1000 data[i] = x end
print(table.concat(qsort { unpack(data) }, " ")) --> 81 101 108 110 148 187 221 227 250 261 287 288 290 321 330 347 367 447 467 528 570 630 641 741 768 807 828 848 988 990
print(table.concat(merge { unpack(data) }, " ") == table.concat(qsort { unpack(data) }, " ")) --> true
local s = qsort { unpack(data) }
print(search(s, s[7]), search(s, -1), search(s, s[30])) --> 7	nil	30
local b = { "pear", "apple", "fig" }
print(table.concat(qsort(b), " "), table.concat(merge { "b", "a" }, "")) --> apple fig pear	ab
