-- Assigning the same name twice: the first in the list wins, being stored last. PUC `lparser.c`, `assignment`.
local a
a, a = 1, 2
print(a) --> 1
local t = {}
t.x, t.x = "first", "second"
print(t.x) --> first
g, g = "one", "two"
print(g) --> one
local i, arr = 1, { 10, 20 }
i, arr[i] = 2, "here"
print(i, arr[1], arr[2]) --> 2	here	20
local b = { 1 }
b, b[1] = { "new" }, "old"
print(b[1]) --> new
do
  local a = {}
  local b = a
  a[1], a = 5, {}
  print(b[1], a[1]) --> 5	nil
end
