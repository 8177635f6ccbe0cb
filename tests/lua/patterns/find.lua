-- `find` with positions, plain searches and captures. Lua 5.1 manual §5.4.
print(("hello"):find("l")) --> 3	3
print(("hello"):find("l", 4)) --> 4	4
print(("hello"):find("l", 5)) --> nil
print(("hello"):find("l", -2)) --> 4	4
print(("hello"):find("l", -100)) --> 3	3
print(("hello"):find("", 3), ("hello"):find("", 6), ("hello"):find("", 7), ("hello"):find("", 100)) --> 3	6	6	6	5
print(("a.b"):find(".", 1, true), ("a.b"):find(".", 1, false), ("a.b"):find(".", 1, nil), ("a+b"):find("+", 1, true)) --> 2	1	1	2	2
print(("a%b"):find("%", 1, true), ("x"):find("", 1, true), (""):find("", 1, true), (""):find("x", 1, true), (""):find("", 2)) --> 2	1	1	nil	1	0
print(("abcabc"):find("abc", 2, true), ("aab"):find("ab", 1, true), ("a\0b\0c"):find("\0c", 1, true), ("a\0b"):find("%z")) --> 4	2	4	2	2
print(("abc"):find("b", 0), ("abc"):find("b", "2"), ("abc"):find("b", 2.9)) --> 2	2	2	2
print(pcall(string.find, "a")) --> false	bad argument #2 to '?' (string expected, got no value)
print(pcall(string.find)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.find, "a", {})) --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(string.find, "a", "b", "x")) --> false	bad argument #3 to '?' (number expected, got string)
print(pcall(string.find, nil, "a")) --> false	bad argument #1 to '?' (string expected, got nil)
print(string.find(12345, 34)) --> 3	4
print(("abc"):find("(b)()")) --> 2	2	b	3
