-- `table.concat` with separators and ranges. Lua 5.1 manual §5.5.
print(table.concat({ 1, 2, 3 })) --> 123
print(table.concat({ 1, 2, 3 }, ", ")) --> 1, 2, 3
print(table.concat({ "a", "b", "c" }, "-", 2)) --> b-c
print(table.concat({ "a", "b", "c" }, "-", 2, 3)) --> b-c
print(table.concat({}, "x") == "", table.concat({ "a" }, "x"), table.concat({ "a", "b" }, "x", 3) == "", table.concat({ "a" }, "x", 2, 1) == "") --> true	a	true	true
print(table.concat({ 1.5, 2, "x" }, " ")) --> 1.5 2 x
print(table.concat({ 1, 2 }, 0)) --> 102
print(table.concat({ [0] = "z", "a", [5] = "e" }, ",", 0, 1)) --> z,a
print(table.concat({ 1, 2, 3 }, ",", "2", "3")) --> 2,3
print(table.concat({ 1, 2, 3 }, ",", 1.9, 2.9)) --> 1,2
print(table.concat({ "a", "b" }, nil)) --> ab
print(table.concat({ 1, 2, 3 }, ",", -1, -2) == "") --> true
print(pcall(table.concat, { 1, {}, 3 })) --> false	invalid value (table) at index 2 in table for 'concat'
print(pcall(table.concat, { 1, nil, 3 }, ",", 1, 3)) --> false	invalid value (nil) at index 2 in table for 'concat'
print(pcall(table.concat, { true })) --> false	invalid value (boolean) at index 1 in table for 'concat'
print(pcall(table.concat, {}, ",", 1, 2)) --> false	invalid value (nil) at index 1 in table for 'concat'
print(pcall(table.concat)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.concat, 5)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(table.concat, {}, {})) --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(table.concat, {}, "", "x")) --> false	bad argument #3 to '?' (number expected, got string)
print(pcall(table.concat, { 1 }, ",", 1, {})) --> false	bad argument #4 to '?' (number expected, got table)
print(pcall(table.concat, { print })) --> false	invalid value (function) at index 1 in table for 'concat'
print(#table.concat({ ("x"):rep(1000), ("y"):rep(1000) }, ("-"):rep(10))) --> 2010
print(pcall(table.concat, setmetatable({}, { __index = function(_, i) return "v" .. i end }), ",", 1, 3)) --> false	invalid value (nil) at index 1 in table for 'concat'
