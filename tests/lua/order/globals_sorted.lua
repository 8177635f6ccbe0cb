-- What a fresh state holds, sorted. Lua 5.1 manual §5.
local names = {}
for k, v in pairs(_G) do names[#names + 1] = k .. "=" .. type(v) end
table.sort(names)
print(table.concat(names, " "))
for _, lib in ipairs { "coroutine", "debug", "io", "math", "os", "package", "string", "table" } do
  local l = {}
  for k in pairs(_G[lib]) do
    l[#l + 1] = k
  end
  table.sort(l)
  print(lib, table.concat(l, " "))
end
