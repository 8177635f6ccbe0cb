-- Argument errors of every function of `math`. PUC `lauxlib.c`, `luaL_checknumber`.
local names = {}
for k, v in pairs(math) do if type(v) == "function" then names[#names + 1] = k end end
table.sort(names)
for _, n in ipairs(names) do
  print(n, select(2, pcall(math[n], "x")))
  print(n, select(2, pcall(math[n], {}, 1)))
  if n ~= "random" then
    print(n, select(2, pcall(math[n])))
  end
end
print(math.pi, math.huge, math.abs("-3"), pcall(math.fmod, 1)) --> 3.1415926535898	inf	3	false	bad argument #2 to '?' (number expected, got no value)
print(pcall(math.ldexp, 1)) --> false	bad argument #2 to '?' (number expected, got no value)
print(pcall(math.atan2, 1)) --> false	bad argument #2 to '?' (number expected, got no value)
print(pcall(math.pow, 1)) --> false	bad argument #2 to '?' (number expected, got no value)
