-- What the `table` library holds. Lua 5.1 manual §5.5.
local names = {}
for k, v in pairs(table) do names[#names + 1] = k end
table.sort(names)
print(table.concat(names, " ")) --> concat foreach foreachi getn insert maxn remove setn sort
print(table.unpack, table.pack, table.move) --> nil	nil	nil
print(#names) --> 9
