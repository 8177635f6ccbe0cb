-- `table.foreach` and `foreachi` stop at the first result. Lua 5.1 `LUA_COMPAT`.
table.foreachi({ "a", "b", "c" }, function(i, v) io.write(i, v, " ") end)
print() -->
table.foreach({ "a", "b", x = "y" }, function(k, v) io.write(tostring(k), v, " ") end)
print() -->
print(table.foreachi({ 1, 2, 3 }, function(i, v) if v == 2 then return "found", "dropped" end end)) --> found
print(table.foreach({ a = 1 }, function(k, v) return k .. v end)) --> a1
print(table.foreach({}, error), table.foreachi({}, error)) --> nil
print(table.foreachi({ 1, 2 }, function() return false end)) --> false
print(table.foreach({ 1, 2 }, function() return nil end)) -->
print(pcall(table.foreach, {})) --> false	bad argument #2 to '?' (function expected, got no value)
print(pcall(table.foreachi, { 1 })) --> false	bad argument #2 to '?' (function expected, got no value)
print(pcall(table.foreach, 5, print)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(table.foreachi, {}, 5)) --> false	bad argument #2 to '?' (function expected, got number)
print(pcall(table.foreach, { 1 }, function() error("in foreach", 0) end)) --> false	in foreach
print(pcall(table.foreach, { 1 }, "x")) --> false	bad argument #2 to '?' (function expected, got string)
table.foreachi({ 1, nil, 3 }, function(i, v) io.write(i, tostring(v), " ") end)
print() -->
