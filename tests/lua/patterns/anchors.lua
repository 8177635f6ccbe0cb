-- `^` at the start, `$` at the end; elsewhere they stand for themselves. Lua 5.1 manual §5.4.1.
print(("hello"):find("^h"), ("hello"):find("^e"), ("hello"):find("o$"), ("hello"):find("l$")) --> 1	nil	5	nil
print(("a^b"):find("a^b"), ("a$b"):find("a$b"), ("$"):find("$$"), ("^"):find("^^")) --> 1	1	1	1	1
print((""):find("^$"), (""):find("$"), ("x"):find("^"), ("x"):find("$")) --> 1	1	1	2	1
print(("hello"):gsub("^h", "H"), ("hhh"):gsub("^h", "H")) --> Hello	Hhh	1
print(("hello"):find("^l", 3), ("hello"):match("^(l+)", 3)) --> 3	ll
for w in ("aaa"):gmatch("^a") do print("no") end
for w in ("^a^a"):gmatch("^a") do io.write(w, " ") end
print() -->
print(("abc"):gsub("$", "!"), ("abc"):gsub("^", "!")) --> abc!	!abc	1
print(("a\nb"):find("^b"), ("a\n"):find("a$")) --> nil	nil
print(("x$"):match("x$$"), ("xy"):match("^(x)y$"), ("%$"):find("%$")) --> x$	x	2	2
