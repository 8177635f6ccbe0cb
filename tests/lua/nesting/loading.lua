-- Chunks that load chunks. PUC `ldo.c`, `luaD_protectedparser`.
local depth
function source() depth = depth + 1 return "return (loadstring(source())())" end
depth = 0
print(pcall(loadstring(source()))) --> false	[string "return (loadstring(source())())"]:1: stack overflow
function deeper() depth = depth + 1 return (loadstring("return (deeper())")()) end
depth = 0
print((pcall(deeper))) --> false
local deepest = 0
depth = 0
local function reader()
  depth = depth + 1
  deepest = math.max(depth, deepest)
  local f, message = load(reader, "=nested")
  depth = depth - 1
  if not f then error(message, 0) end
  return nil
end
print(pcall(load, reader, "=outer")) --> true	nil	C stack overflow
print(deepest) --> 196
-- The levels of syntax and of calls are counted together.
local function levels(n)
  if n > 0 then return select(2, pcall(levels, n - 1)) end
  local lo, hi = 1, 250
  while lo < hi do
    local mid = math.floor((lo + hi) / 2)
    if loadstring("return " .. ("("):rep(mid) .. "1" .. (")"):rep(mid)) then lo = mid + 1 else hi = mid end
  end
  return lo
end
print(levels(0), levels(1), levels(10), levels(100)) --> 197	196	187	97
