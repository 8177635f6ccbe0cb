-- Errors of `string.format`. PUC `lstrlib.c`, `scanformat`, `str_format`.
local f = string.format
for _, s in ipairs { "%", "%y", "%5", "%-", "%123d", "%.123d", "%1.1.1d", "%+-# 0d", "%+-# 00d", "%ld", "%hd", "%*d", "%.f.", "%n", "%w", "x%", "%s %y", "%.", "%00005d", "%5.5.5d", "% 5d", "%100d", "%.100f", "%99d" } do
  local ok, r = pcall(f, s, 1, 2)
  print(s, ok, ok and #r or r)
end
print(pcall(f)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(f, nil)) --> false	bad argument #1 to '?' (string expected, got nil)
print(pcall(f, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(f, "%d")) --> false	bad argument #2 to '?' (no value)
print(pcall(f, "%d %d", 1)) --> false	bad argument #3 to '?' (no value)
print(pcall(f, "%d", "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(f, "%d", {})) --> false	bad argument #2 to '?' (number expected, got table)
print(pcall(f, "%c", "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(f, "%f", "1e")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(f, "%s %s", "a")) --> false	bad argument #3 to '?' (no value)
print(f(12), f("%d", "0x10"), f("%s", 12)) --> 12	16	12
print(pcall(f, "%d", nil)) --> false	bad argument #2 to '?' (number expected, got nil)
print(pcall(f, "%x", true)) --> false	bad argument #2 to '?' (number expected, got boolean)
