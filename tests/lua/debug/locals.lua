-- `getlocal` and `setlocal`, also of temporaries, by level and coroutine. Lua 5.1 manual §5.9.
local function list(level)
  local r, n = {}, 1
  while true do
    local k, v = debug.getlocal(level + 1, n)
    if not k then
      break
    end
    if k ~= "(*temporary)" then
      r[#r + 1] = k .. "=" .. tostring(v):gsub("0x%x+", "PTR")
    end
    n = n + 1
  end
  return table.concat(r, " ")
end
local function f(a, b, ...)
  local c = a + b do
    local hidden = 1
  end
  local d = "d"
  for i = 1, 1 do
    local e = true
    local s = list(2)
    print(s) --> list=function: PTR f=function: PTR
  end
  print((list(2))) --> list=function: PTR f=function: PTR
end
f(1, 2, 3)
local function g(x) local y = x * 2 print(debug.setlocal(1, 1, "changed"), debug.setlocal(1, 2, "also"), debug.setlocal(1, 50, 0)) return x, y end --> x	y	nil
print(g(5)) --> changed	also
local co = coroutine.create(function(p) local q = p .. "!" coroutine.yield() return p, q end)
coroutine.resume(co, "arg")
print(debug.getlocal(co, 1, 1)) --> p	arg
print(debug.getlocal(co, 1, 2)) --> q	arg!
print(debug.getlocal(co, 1, 3)) --> nil
print(debug.setlocal(co, 1, 2, "set")) --> q
print(coroutine.resume(co)) --> true	arg	set
print(pcall(debug.getlocal, 100, 1)) --> false	bad argument #1 to '?' (level out of range)
print(pcall(debug.getlocal, 1)) --> false	bad argument #2 to '?' (number expected, got no value)
print(pcall(debug.getlocal)) --> false	bad argument #1 to '?' (number expected, got no value)
print(pcall(debug.getlocal, 1, "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(debug.setlocal, 100, 1, 1)) --> false	bad argument #1 to '?' (level out of range)
print(pcall(debug.setlocal, 1, 1)) --> false	bad argument #3 to '?' (value expected)
print(debug.getlocal(1, 0), debug.getlocal(1, -1)) --> nil	nil
