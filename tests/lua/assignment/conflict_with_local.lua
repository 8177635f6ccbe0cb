-- A local that is also a table or key on the left is copied first. PUC `lparser.c`, `check_conflict`.
local function f()
  local t = { v = 1 }
  local old = t
  t.v, t = 2, "gone"
  return old.v, t
end
print(f()) --> 2	gone
local function g()
  local k = "a"
  local t = {}
  t[k], k = 1, "b"
  return t.a, t.b, k
end
print(g()) --> 1	nil	b
local function h()
  local t, k = {}, 1
  k, t[k], t[k + 1] = 2, "x", "y"
  return k, t[1], t[2], t[3]
end
print(h()) --> 2	x	y	nil
local function up()
  local t = {}
  return (function() t, t.x = { x = "no" }, "yes" return t.x end)()
end
print(up()) --> no
