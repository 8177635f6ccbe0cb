-- `loadstring`: results, names, environments. Lua 5.1 manual §5.1.
print(loadstring("return 1, 2")()) --> 1	2
print(loadstring("syntax error here")) --> nil	[string "syntax error here"]:1: '=' expected near 'error'
print(loadstring("x =", "=name")) --> nil	name:1: unexpected symbol near '<eof>'
print(loadstring("x =", "@file.lua")) --> nil	file.lua:1: unexpected symbol near '<eof>'
print(loadstring("x =", "text chunk")) --> nil	[string "text chunk"]:1: unexpected symbol near '<eof>'
print(type(loadstring("")), loadstring("")()) --> function
print(pcall(loadstring)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(loadstring, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(loadstring, nil)) --> false	bad argument #1 to '?' (string expected, got nil)
print(pcall(loadstring, "x", {})) --> false	bad argument #2 to '?' (string expected, got table)
print(loadstring(5)) --> nil	[string "5"]:1: unexpected symbol near '5'
print(type(loadstring("return ...")), loadstring("return ...")(7, 8)) --> function	7	8
local x = "local"
print(loadstring("return x")(), x) --> nil	local
x = nil
y = 1
loadstring("y = y + 1")()
print(y) --> 2
print(pcall(loadstring("error('inside')", "=chunk"))) --> false	chunk:1: inside
print(pcall(loadstring("error('inside')", "error('inside')"))) --> false	[string "error('inside')"]:1: inside
print(pcall(loadstring("local a\na.b = 1", "=(load)"))) --> false	(load):2: attempt to index local 'a' (a nil value)
print(loadstring("return function() return z end")()()) --> nil
print(loadstring("\0")) --> nil	[string ""]:1: unexpected symbol
print(loadstring("return '\0x'")():byte(1, -1)) --> 0	120
print(#loadstring("return '" .. "a\0b" .. "'")()) --> 3
