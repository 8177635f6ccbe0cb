-- Patterns that backtrack or recurse within the limits. PUC `lstrlib.c`, `MAXCCALLS`.
local s = ("a"):rep(1000)
print(#s:match("a*"), #s:match(".-$"), s:match("^(a-)$") == s, s:find("b")) --> 1000	1000	true	nil
print(#s:match(("a?"):rep(20) .. "a*")) --> 1000
print(("a"):rep(60):match("(a*)b"), #s:match("(.*)a"), ("a"):rep(60):find("a*a*a*b")) --> nil	999	nil
print(#(("x"):rep(10000)):match("x-$"), #(("x"):rep(100000)):match("x*")) --> 10000	100000
print(pcall(string.match, ("x"):rep(300), ("x?"):rep(100)) == true) --> true
print((("ab"):rep(5000)):gsub("ab", "")) --> 	5000
print(#(("ab"):rep(5000)):gsub("a", "xx")) --> 15000
print(("a"):rep(25):find(("a?"):rep(12) .. ("a"):rep(25))) --> 1	25
print((("(a)"):rep(100)):gsub("%b()", "")) --> 	100
print(select("#", ("x"):rep(30):match(("(x)"):rep(30)))) --> 30
