-- Metamethods: arithmetic, comparison, concatenation, calls, and `__index`/`__newindex` as functions.
local N = 350000

local Vector = {}
local function vector(x, y) return setmetatable({ x = x, y = y }, Vector) end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y) end
Vector.__mul = function(a, k) return vector(a.x * k, a.y * k) end
Vector.__unm = function(a) return vector(-a.x, -a.y) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__lt = function(a, b) return a.x < b.x end
Vector.__le = function(a, b) return a.x <= b.x end
Vector.__call = function(a, k) return a.x + k end
Vector.__concat = function(a, b) return a.y + b.y end

local writes = 0
local proxy = setmetatable({}, {
  __index = function(_, key) return key * 2 end,
  __newindex = function(_, _, value) writes = writes + value end,
})

local one, zero = vector(1, 1), vector(0, 0)
local at, hits, sum = vector(0, 0), 0, 0
for i = 1, N do
  at = at + one * 2 - one
  if at == one then hits = hits + 1 end
  if zero < at then hits = hits + 1 end
  if at <= zero then hits = hits + 1 end
  sum = sum + at(i) % 7 + (at .. -one) % 3 + proxy[i]
  proxy[i] = 1
end
print("metamethods", at.x, at.y, hits, sum, writes)
