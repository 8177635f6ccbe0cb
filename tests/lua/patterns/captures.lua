-- Captures: nested, empty, positions. Lua 5.1 manual §5.4.1.
print(("hello world"):match("(h(el)lo) (w%a+)")) --> hello	el	world
print(("abc"):match("()b()")) --> 2	3
print(("abc"):match("(a)(b)(c)")) --> a	b	c
print(("abc"):match("((a)(b))")) --> ab	a	b
print(("abc"):find("(b)(c)")) --> 2	3	b	c
print(("abc"):match("(x?)abc")) -->
print(("  trim  "):match("^%s*(.-)%s*$") .. "|") --> trim|
print(("2024-01-15"):match("(%d+)-(%d+)-(%d+)")) --> 2024	01	15
print(("k=v"):match("^(%w+)=(%w*)$")) --> k	v
print(("abc"):match("().()")) --> 1	2
print((""):match("()"), ("abc"):match("()$")) --> 1	4
print(("abcabc"):find("(a)(b)(c)", 2)) --> 4	6	a	b	c
print(("x"):rep(32):match(("(x)"):rep(32))) --> x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x	x
print(pcall(string.match, ("x"):rep(33), ("(x)"):rep(33))) --> false	too many captures
print(("abc"):gsub("(a)(b)(c)", "%3%2%1")) --> cba	1
print(("hello"):gsub("(l)(l)", "%0-%1-%2")) --> hell-l-lo	1
print(("a,b"):match("([^,]*),([^,]*)")) --> a	b
