-- `tonumber` of texts. Lua 5.1 manual §5.1.
for _, s in ipairs { "10", "  10  ", "10.5", ".5", "5.", "1e3", "1E+3", "1e-3", "0x10", "0XfF", "0x", "-0x10", "- 1", "-1", "+1", "1 2", "", " ", "abc", "1a", "1e", "0b1", "1_000", "1,5", "inf", "-inf", "nan", "infinity", "0x1p4", "1e400", "-1e400", "1e-400", "\t5\n", "5\0", "0x1g", "--1", "0x1.8", "1.2.3", "e5", ".", "-", "+", "0x-1", "1e+", "INF", "NaN", "0x8p-1" } do
  print(("%q"):format(s):gsub("\n", "n"), tonumber(s))
end
print(tonumber(5), tonumber(5.5), tonumber(nil), tonumber(true), tonumber({}), tonumber(print)) --> 5	5.5	nil	nil	nil	nil
print(pcall(tonumber)) --> false	bad argument #1 to '?' (value expected)
print(tonumber("10", nil) == 10, pcall(tonumber, nil)) --> true	true	nil
