-- Strings that read as numbers are accepted, others named in the error. PUC `lvm.c`, `OP_FORPREP`.
for i = "1", "3" do io.write(i, type(i), " ") end
print() -->
for i = "0x10", 18 do io.write(i, " ") end print()
for i = 1, "2", "0.5" do io.write(i, " ") end
print() -->
print(pcall(function() for i = "a", 2 do end end)) --> false	loops/numeric_for_strings.lua:7: 'for' initial value must be a number
print(pcall(function() for i = 1, "b" do end end)) --> false	loops/numeric_for_strings.lua:8: 'for' limit must be a number
print(pcall(function() for i = 1, 2, "c" do end end)) --> false	loops/numeric_for_strings.lua:9: 'for' step must be a number
print(pcall(function() for i = {}, 2 do end end)) --> false	loops/numeric_for_strings.lua:10: 'for' initial value must be a number
print(pcall(function() for i = 1, nil do end end)) --> false	loops/numeric_for_strings.lua:11: 'for' limit must be a number
print(pcall(function() for i = 1, 2, true do end end)) --> false	loops/numeric_for_strings.lua:12: 'for' step must be a number
print(pcall(function() for i = nil, nil, nil do end end)) --> false	loops/numeric_for_strings.lua:13: 'for' initial value must be a number
