-- Items are stored in batches of 50; the last batch may be a call. PUC `lopcodes.h`, `LFIELDS_PER_FLUSH`.
local function items(n) local t = {} for i = 1, n do t[i] = i end return unpack(t) end
for _, n in ipairs { 49, 50, 51, 99, 100, 101, 127, 500, 1000 } do
  local list = {}
  for i = 1, n do list[i] = tostring(i) end
  local made = loadstring("return {" .. table.concat(list, ",") .. "}")()
  local sum = 0
  for i = 1, #made do sum = sum + made[i] end
  io.write(n, "=", #made, "/", sum, " ")
end
print() -->
local t = { items(120) }
print(#t, t[120]) --> 120	120
local u = { 1, 2, 3, items(49) }
print(#u, u[52]) --> 52	49
local list = {}
for i = 1, 50 do list[i] = i end
local f = loadstring("local function items(...) return ... end return {" .. table.concat(list, ",") .. ", items(51, 52, 53)}")
print(#f(), f()[53]) --> 53	53
