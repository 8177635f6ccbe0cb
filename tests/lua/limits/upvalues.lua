-- At most 60 upvalues in a function. PUC `lparser.c`, `indexupvalue`.
local function source(n)
  local l, u = {}, {}
  for i = 1, n do l[i] = "local a" .. i .. " = " .. i u[i] = "a" .. i end
  return table.concat(l, " ") .. "\nlocal function f()\nreturn " .. table.concat(u, " + ") .. "\nend return f()"
end
print(loadstring(source(60))()) --> 1830
print(loadstring(source(61), "=up")) --> nil	up:4: function at line 2 has more than 60 upvalues
print(loadstring(source(100), "=up")) --> nil	up:3: function at line 2 has more than 60 upvalues
local l, u = {}, {}
for i = 1, 61 do l[i] = "a" .. i u[i] = "a" .. i end
print(loadstring("local " .. table.concat(l, ",") .. " return function() return function() return " .. table.concat(u, ",") .. " end end", "=nested"))
