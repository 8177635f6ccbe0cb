-- Queues: a deque by two moving indices, a ring buffer, `table.insert` and `table.remove` as a stack.
local N = 1500000

local first, last, deque = 1, 0, {}
local function push(x) last = last + 1 deque[last] = x end
local function pop()
  local x = deque[first]
  deque[first] = nil
  first = first + 1
  return x
end

local SIZE = 256
local ring, head = {}, 0
for i = 0, SIZE - 1 do ring[i] = 0 end

local stack, sum = {}, 0
for i = 1, N do
  push(i)
  if i % 3 == 0 then sum = sum + pop() + pop() end
  ring[head] = ring[head] + i % 10
  head = (head + 1) % SIZE
  if i % 4 == 0 then
    table.insert(stack, i)
    if #stack > 50 then
      for _ = 1, 40 do sum = sum + table.remove(stack) end
    end
  end
end
-- Inserting and removing at the front shifts the rest.
local front = {}
for i = 1, 1500 do
  table.insert(front, 1, i)
  if i % 3 == 0 then sum = sum + table.remove(front, 1) end
end
print("queue", sum, last - first + 1, ring[0], #stack, #front)
