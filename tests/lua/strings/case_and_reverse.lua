-- `upper`, `lower`, `reverse`, `len` work on bytes in the C locale. Lua 5.1 manual §5.4.
print(("Hello World 123"):upper(), ("Hello World 123"):lower(), ("abc"):reverse()) --> HELLO WORLD 123	hello world 123	cba
print((""):reverse() == "", (""):upper() == "", #("a\0b"):reverse()) --> true	true	3
print(("\228\246"):upper():byte(1, -1)) --> 228	246
print(("a\0b"):reverse():byte(1, -1)) --> 98	0	97
print(string.upper(12), string.reverse(123) + 0, string.len(12345)) --> 12	321	5
print(#("\r\n"), ("x"):len(), (""):len(), ("\0\0"):len()) --> 2	1	0	2
for _, f in ipairs { "upper", "lower", "reverse", "len" } do
  print(f, pcall(string[f]))
  print(f, pcall(string[f], {}))
  print(f, pcall(string[f], nil))
end
