-- `byte` with ranges, `char` with bounds. Lua 5.1 manual §5.4.
print(("abc"):byte()) --> 97
print(("abc"):byte(2)) --> 98
print(("abc"):byte(-1)) --> 99
print(("abc"):byte(1, -1)) --> 97	98	99
print(("abc"):byte(2, 10)) --> 98	99
print(("abc"):byte(0)) -->
print(("abc"):byte(10)) -->
print(("abc"):byte(3, 2)) -->
print((""):byte()) -->
print(("abc"):byte(-10, 10)) --> 97	98	99
print(("abc"):byte("2")) --> 98
print(("abc"):byte(1.9)) --> 97
print(select("#", ("abc"):byte(4))) --> 0
print(string.char()) -->
print(string.char(72, 105)) --> Hi
print(#string.char(0, 255), string.char("65", 66.9)) --> 2	AB
print(pcall(string.char, 256)) --> false	bad argument #1 to '?' (invalid value)
print(pcall(string.char, -1)) --> false	bad argument #1 to '?' (invalid value)
print(pcall(string.char, 65, "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(string.char, 65, nil)) --> false	bad argument #2 to '?' (number expected, got nil)
print(pcall(string.byte)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.byte, "x", {})) --> false	bad argument #2 to '?' (number expected, got table)
print(string.byte(123, 1, -1)) --> 49	50	51
print(pcall(string.byte, nil)) --> false	bad argument #1 to '?' (string expected, got nil)
