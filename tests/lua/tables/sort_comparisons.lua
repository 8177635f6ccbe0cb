-- Which pairs the quicksort of 5.1 compares, in which order. PUC `ltablib.c`, `auxsort`.
local function trace(t)
  local log = {}
  table.sort(t, function(a, b) log[#log + 1] = a .. b return a < b end)
  return table.concat(log, " ") .. " => " .. table.concat(t)
end
print(trace { 1, 2 }) --> 21 => 12
print(trace { 2, 1 }) --> 12 => 12
print(trace { 1, 2, 3 }) --> 31 21 32 => 123
print(trace { 3, 2, 1 }) --> 13 21 32 => 123
print(trace { 2, 3, 1 }) --> 12 31 23 => 123
print(trace { 4, 3, 2, 1 }) --> 14 31 43 23 33 32 21 => 1234
print(trace { 1, 2, 3, 4, 5 }) --> 51 31 53 23 43 34 32 54 21 => 12345
print(trace { 5, 1, 4, 2, 3 }) --> 35 43 54 14 24 44 42 23 12 => 12345
print(trace { 1, 1, 1, 1 }) --> 11 11 11 11 11 11 11 11 => 1111
print(trace { 3, 1, 4, 1, 5, 9, 2, 6 }) --> 63 13 13 43 39 35 32 43 32 21 11 21 65 95 69 46 66 64 45 => 11234569
print(trace { "q", "u", "i", "c", "k" }) --> kq ik uk kc uk kc qu ci => cikqu
local n = 0
local big = {}
for i = 1, 200 do big[i] = (i * 37) % 101 end
table.sort(big, function(a, b) n = n + 1 return a < b end)
print(n) --> 1409
