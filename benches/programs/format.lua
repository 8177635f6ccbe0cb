-- `string.format` and number texts: integers, floats, padding, strings, quoting; `tostring` and `tonumber`.
local N = 95000
local format = string.format

local length, sum = 0, 0
for i = 1, N do
  local x = i / 7
  length = length + #format("%d:%s", i, "value")
  length = length + #format("%05d %-8s|%8.3f", i % 1000, "left", x)
  length = length + #format("%x %X %o %c", i, i, i, 65 + i % 26)
  length = length + #format("%g %e %.14g", x, x, x)
  length = length + #format("%q", "a \"quoted\" text\n")
  length = length + #tostring(x)
  sum = sum + tonumber(tostring(i)) + tonumber("0x10") + tonumber(format("%.2f", x))
end
print("format", length, ("%.2f"):format(sum))
