-- `%b` matches balanced pairs. Lua 5.1 manual §5.4.1.
print(("f(a(b)c)d"):match("%b()")) --> (a(b)c)
print(("((x)"):match("%b()")) --> (x)
print(("no"):match("%b()")) --> nil
print(("{a{b}{c}}{d}"):gsub("%b{}", "*")) --> **	2
print(("<<a>>"):match("%b<>")) --> <<a>>
print(("xaabbx"):match("%bab")) --> aabb
print(("''"):match("%b''"), ("'a'b'"):match("%b''")) --> ''	'a'
print(("(a)(b)"):find("%b()", 2)) --> 4	6
print(pcall(string.match, "x", "%b")) --> false	unbalanced pattern
print(pcall(string.match, "x", "%b(")) --> false	unbalanced pattern
print(("a(b"):match("%b()")) --> nil
print(("THE (quick) fox"):find("%((%a+)%)")) --> 5	11	quick
print(("(())"):match("^%b()$"), ("(()"):match("^%b()$")) --> (())	nil
print(("%(x%)"):match("%b%%")) --> %(x%
print(("begin x end"):match("b%bnn")) --> nil
