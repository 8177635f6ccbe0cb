-- `%f[set]` matches between a byte outside and one inside the set. Lua 5.1 (undocumented).
print(("THE (quick) fox"):find("%f[%a]%a+%f[%A]")) --> 1	3
print(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower)) --> the (quick) fox	3
print(("hello world"):gsub("%f[%w]%w", string.upper)) --> Hello World	2
for w in ("one two  three"):gmatch("%f[%S]%S+") do io.write(w, ";") end --> two;three;
print() -->
print(("[[]] [][] [[[["):gsub("%f[[].", "x")) --> x[]] x]x] x[[[	4
print(("a"):find("%f[a]"), ("ba"):find("%f[a]"), ("aa"):find("%f[a]", 2)) --> 1	2	nil
print(("abc"):find("%f[%z]"), (""):find("%f[%z]"), ("x"):find("%f[^x]")) --> 4	nil	2	1
print(pcall(string.find, "a", "%f")) --> false	missing '[' after '%f' in pattern
print(pcall(string.find, "a", "%fa")) --> false	missing '[' after '%f' in pattern
print(pcall(string.find, "a", "%f[a")) --> false	malformed pattern (missing ']')
print(("foo.bar"):gsub("%f[%w]%w+%f[%W]", "<%0>")) --> <foo>.<bar>	2
print(("aXb"):gsub("%f[%u]", "_")) --> a_Xb	1
