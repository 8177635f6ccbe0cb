-- Names survive when constants no longer fit an operand. PUC `ldebug.c`, `getobjname`.
local t = {}
for i = 1, 300 do t[i] = "local _ = " .. i .. ".25" end
local filler = "do " .. table.concat(t, " ", 1, 150) .. " end do " .. table.concat(t, " ", 151) .. " end "
print(pcall(loadstring(filler .. "local obj = {} return obj.member.sub", "=k"))) --> false	k:1: attempt to index field '?' (a nil value)
print(pcall(loadstring(filler .. "return undefinedglobal.member", "=k"))) --> false	k:1: attempt to index global 'undefinedglobal' (a nil value)
print(pcall(loadstring(filler .. "local obj = {} obj:method()", "=k"))) --> false	k:1: attempt to call method '?' (a nil value)
print(pcall(loadstring(filler .. "local obj = {} return obj.a + 1", "=k"))) --> false	k:1: attempt to perform arithmetic on field '?' (a nil value)
print(pcall(loadstring(filler .. "local obj = {} return obj.a .. 'x'", "=k"))) --> false	k:1: attempt to concatenate field '?' (a nil value)
print(pcall(loadstring(filler .. "local s = 'x' return s < 12345.5", "=k"))) --> false	k:1: attempt to compare string with number
print(pcall(loadstring(filler .. "return 99999.5 + {}", "=k"))) --> false	k:1: attempt to perform arithmetic on a table value
