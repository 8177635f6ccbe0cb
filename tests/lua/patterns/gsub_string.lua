-- `gsub` with a replacement string, `%0` to `%9`, `%%`. Lua 5.1 manual §5.4.
print(("hello"):gsub("l", "L")) --> heLLo	2
print(("hello"):gsub("l", "L", 1)) --> heLlo	1
print(("hello"):gsub("l", "L", 0)) --> hello	0
print(("hello"):gsub("l", "L", -1)) --> hello	0
print(("hello"):gsub("x", "y")) --> hello	0
print(("hello"):gsub("", "-")) --> -h-e-l-l-o-	6
print(("hello"):gsub("(l)(l)", "%2%1")) --> hello	1
print(("hello"):gsub("l+", "<%0>")) --> he<ll>o	1
print(("hello"):gsub("l", "%%")) --> he%%o	2
print(("hello"):gsub("l", "%1")) --> hello	2
print(("abc"):gsub("%w", "%0%0")) --> aabbcc	3
print(("abc"):gsub("%w", "%0%0", 2)) --> aabbc	2
print(("hello world"):gsub("(%w+) (%w+)", "%2 %1")) --> world hello	1
print(("abc"):gsub("b", "")) --> ac	1
print(("abc"):gsub("b", 5)) --> a5c	1
print(("abc"):gsub("()", "%1")) --> 1a2b3c4	4
print(("a b"):gsub(" ", "%%20")) --> a%20b	1
print(("abc"):gsub(".", "%0\0"):byte(1, -1)) --> 97	0	98	0	99	0
print(("x"):gsub("x", "%a")) --> a	1
print(("x"):gsub("x", "a%")) --> a	1
print(pcall(string.gsub, "x", "x", "%2")) --> false	invalid capture index
print(pcall(string.gsub, "x", "(x)", "%2")) --> false	invalid capture index
print(pcall(string.gsub, "x", "x", "%9")) --> false	invalid capture index
print(("abc"):gsub("%w", "%%%0")) --> %a%b%c	3
print(("  a  b "):gsub("%s+", " ")) -->  a b 	3
print(("abc"):gsub("^a", "x"), ("aaa"):gsub("^a", "x", 5)) --> xbc	xaa	1
