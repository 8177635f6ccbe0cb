-- Stateful iterators written as closures. Lua 5.1 manual §2.4.5.
local function range(a, b, step)
  local i = a - (step or 1)
  return function() i = i + (step or 1) if i <= b then return i end end
end
for i in range(1, 4) do io.write(i, " ") end
print() -->
for i in range(0, 1, 0.5) do io.write(i, " ") end
print() -->
local function zip(a, b) local i = 0 return function() i = i + 1 if a[i] and b[i] then return a[i], b[i] end end end
for x, y in zip({ 1, 2, 3 }, { "a", "b" }) do io.write(x, y, " ") end
print() -->
local function permutations(a, n)
  return coroutine.wrap(function()
    local function go(n)
      if n == 0 then coroutine.yield(table.concat(a)) return end
      for i = 1, n do a[n], a[i] = a[i], a[n] go(n - 1) a[n], a[i] = a[i], a[n] end
    end
    go(#a)
  end)
end
for p in permutations { "a", "b", "c" } do io.write(p, " ") end
print() -->
