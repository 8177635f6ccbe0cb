-- Closures: upvalues shared by two functions, made anew in each pass of a loop, and composed.
local N = 600000

local function counter(start)
  local n = start
  return function() n = n + 1 return n end, function() return n end
end

local function compose(f, g) return function(x) return g(f(x)) end end
local function adder(k) return function(x) return x + k end end

local sum = 0
for i = 1, N do
  local step, read = counter(i)
  step() step()
  sum = sum + read() % 5
  local f = compose(adder(1), adder(i % 3))
  sum = sum + f(i) % 7
end

local total = 0
local function fold(list, f) for i = 1, #list do f(list[i]) end end
local list = {}
for i = 1, 100 do list[i] = i end
for _ = 1, N / 50 do fold(list, function(x) total = total + x end) end
print("closures", sum, total)
