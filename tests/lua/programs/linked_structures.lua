-- Lists, queues, sets and heaps.
local list = nil
for i = 1, 5 do list = { v = i, next = list } end
local l, s = list, ""
while l do s = s .. l.v l = l.next end
print(s) --> 54321
local function reverse(l) local r while l do l, r, l.next = l.next, l, r end return r end
l, s = reverse(list), ""
while l do s = s .. l.v l = l.next end
print(s) --> 12345
local Queue = {} Queue.__index = Queue
function Queue.new() return setmetatable({ first = 1, last = 0 }, Queue) end
function Queue:push(v) self.last = self.last + 1 self[self.last] = v end
function Queue:pop()
  if self.first > self.last then
    error("queue is empty", 2)
  end
  local v = self[self.first]
  self[self.first] = nil
  self.first = self.first + 1
  return v
end
local q = Queue.new()
for i = 1, 3 do q:push(i * i) end
print(q:pop(), q:pop(), q:pop()) --> 1	4	9
print(pcall(function() q:pop() end)) --> false	programs/linked_structures.lua:26: queue is empty
local Set = {}
Set.__index = Set
local function set(t) local r = setmetatable({}, Set) for _, v in ipairs(t) do r[v] = true end return r end
Set.__add = function(a, b) local r = set {} for k in pairs(a) do r[k] = true end for k in pairs(b) do r[k] = true end return r end
Set.__mul = function(a, b) local r = set {} for k in pairs(a) do r[k] = b[k] end return r end
Set.__le = function(a, b) for k in pairs(a) do if not b[k] then return false end end return true end
Set.__lt = function(a, b) return a <= b and not (b <= a) end
Set.__eq = function(a, b) return a <= b and b <= a end
Set.__tostring = function(a) local r = {} for k in pairs(a) do r[#r + 1] = k end table.sort(r) return "{" .. table.concat(r, ",") .. "}" end
local a, b = set { 1, 2, 3 }, set { 2, 3, 4 }
print(tostring(a + b), tostring(a * b), a * b <= a, a < a + b, a == b, a == set { 3, 2, 1 }, a >= b) --> {1,2,3,4}	{2,3}	true	true	false	true	false
local heap = {}
local function hpush(v)
  local i = #heap + 1
  heap[i] = v
  while i > 1 do
    local p = math.floor(i / 2)
    if heap[p] <= heap[i] then
      break
    end
    heap[p], heap[i] = heap[i], heap[p]
    i = p
  end
end
local function hpop()
  local top = heap[1]
  heap[1] = heap[#heap]
  heap[#heap] = nil
  local i = 1
  while true do
    local c = i * 2
    if c > #heap then
      break
    end
    if c < #heap and heap[c + 1] < heap[c] then
      c = c + 1
    end
    if heap[i] <= heap[c] then
      break
    end
    heap[i], heap[c] = heap[c], heap[i]
    i = c
  end
  return top
end
for _, v in ipairs { 5, 2, 8, 1, 9, 3 } do hpush(v) end
local out = {}
for i = 1, 6 do out[i] = hpop() end
print(table.concat(out, " ")) --> 1 2 3 5 8 9
