-- `gmatch` walks all matches. Lua 5.1 manual §5.4.
for w in ("one two three"):gmatch("%a+") do io.write(w, ";") end --> one;two;three;
print() -->
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, "->", v, ";") end --> a->1;b->2;c->3;
print() -->
for p in ("abc"):gmatch("()") do io.write(p, ";") end --> 1;2;3;4;
print() -->
for m in ("abc"):gmatch("") do io.write("[", m, "]") end --> [][][][]
print() -->
for m in ("abc"):gmatch("b*") do io.write("[", m, "]") end --> [][b][][]
print() -->
for a, b in ("abcd"):gmatch("(.)(.)") do io.write(a, b, ";") end --> ab;cd;
print() -->
for m in (""):gmatch(".*") do io.write("[", m, "]") end --> []
print() -->
for m in ("aaa"):gmatch("a-") do io.write("[", m, "]") end --> [][][][]
print() -->
for n in ("1,22,,333"):gmatch("([^,]*)") do io.write("[", n, "]") end --> [1][][22][][][333][]
print() -->
local it = ("xy"):gmatch(".")
print(it(), it(), it(), it()) --> x	y	nil
print(type(it), pcall(string.gmatch, "a")) --> function	false	bad argument #2 to '?' (string expected, got no value)
print(pcall(string.gmatch)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.gmatch, {}, "a")) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(("x"):gmatch("["))) --> false	malformed pattern (missing ']')
print(pcall(("x"):gmatch("(x"))) --> false	unfinished capture
local co = coroutine.wrap(function() for w in ("a b"):gmatch("%a") do coroutine.yield(w) end end)
print(co(), co()) --> a	b
for k in ("a.b"):gmatch(".", "extra") do io.write(k) end --> a.b
print() -->
