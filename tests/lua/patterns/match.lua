-- `match` with positions. Lua 5.1 manual §5.4.
print(("hello 123"):match("%d+")) --> 123
print(("hello 123"):match("%a+ (%d)(%d)")) --> 1	2
print(("hello"):match("x")) --> nil
print(("hello"):match("l", 4)) --> l
print(("hello"):match("^l", 4), ("hello"):match("^l", 1)) --> l	nil
print(("hello"):match("", 10), ("hello"):match("o", -1), ("hello"):match("()", 6), ("hello"):match("()", 7)) --> 	o	6	6
print(("abc"):match(".-"), ("abc"):match(".-$"), ("abc"):match("^(.)(.)(.)$")) --> 	abc	a	b	c
print(("name = value"):match("^(%w+)%s*=%s*(%w+)$")) --> name	value
print(("/usr/local/bin"):match("([^/]+)$"), ("/usr/local/bin"):match("^(.*)/")) --> bin	/usr/local
print(("192.168.1.10"):match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")) --> 192	168	1	10
print(pcall(string.match, "a")) --> false	bad argument #2 to '?' (string expected, got no value)
print(pcall(string.match)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.match, "a", nil)) --> false	bad argument #2 to '?' (string expected, got nil)
print(pcall(string.match, "a", "a", {})) --> false	bad argument #3 to '?' (number expected, got table)
print(string.match(2024, "(%d%d)(%d%d)")) --> 20	24
print(("x"):match("(x)(y?)"))
