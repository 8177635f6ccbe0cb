-- `%s` of long strings takes them whole; with zeros a precision or width cuts as C does. PUC `lstrlib.c`.
local f = string.format
print(#f("%s", ("x"):rep(200)), #f("%5s", ("x"):rep(200)), #f("%.5s", ("x"):rep(200)), #f("%-50s|", ("y"):rep(120))) --> 200	200	5	121
print(#f("%s", "a\0b"), #f("%5s", "a\0b"), #f("%.3s", "a\0bcd"), #f("%s", ("z\0"):rep(100)), #f("%s%s", "a\0", "b\0")) --> 1	5	1	200	2
print(f("%s|%5s|%-5s|", "", "", "")) --> |     |     |
print(f("%s %s", "only", "two", "extra")) --> only two
print(f("no directives"), f(""), f("\0"):len(), f("a\0%d\0", 5):byte(1, -1)) --> no directives		1	97	0	53	0
print(f("%-5d|%-5s|%5s|%-5.1f|%5.1f", 1, "a", "b", 2, 3)) --> 1    |a    |    b|2.0  |  3.0
print(f("%3s|%03d|%3d|%-3d|", "toolong", 12345, 12345, 12345)) --> toolong|12345|12345|12345|
print(f("%c", 0):byte(), #f("%c%c", 65, 0), f("%5c|%-5c|", 65, 66)) --> nil	1	    A|B    |
