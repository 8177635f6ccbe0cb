-- `string.dump` and back. Lua 5.1 manual §5.4.
local function f(a, b) local c = a * b return c .. "!", #"const", true, nil, 1.5 end
print(loadstring(string.dump(f))(6, 7)) --> 42!	5	true	nil	1.5
local up = 5
local function g() return up end
print(pcall(loadstring(string.dump(g)))) --> true	nil
print(pcall(string.dump, type)) --> false	unable to dump given function
print(pcall(string.dump)) --> false	bad argument #1 to '?' (function expected, got no value)
print(pcall(string.dump, "x")) --> false	bad argument #1 to '?' (function expected, got string)
print(string.dump(f):sub(2, 4), string.dump(f):byte(1)) --> Lua	27
local function fact(n)
  if n < 2 then
    return 1
  end
  local t = { n, [n] = n, k = { n } }
  for i = 1, #t do
    n = n * i
  end
  return n + (function(...) return select("#", ...) end)(1, 2, 3)
end
print(loadstring(string.dump(fact))(5)) --> 8
print(loadstring(string.dump(loadstring("return ...")))(1, 2)) --> 1	2
print((select(2, pcall(loadstring(string.dump(loadstring("local t = nil\nreturn t.x", "=named"))))))) --> named:2: attempt to index local 't' (a nil value)
print(type(loadstring(string.dump(loadstring("x = 1")))), string.dump(f) == string.dump(f)) --> function	true
