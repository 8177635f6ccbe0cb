-- Sets, ranges, complements and their corners. Lua 5.1 manual §5.4.1.
print(("hello"):gsub("[aeiou]", "*")) --> h*ll*	2
print(("hello"):gsub("[^aeiou]", "*")) --> *e**o	3
print(("a-z"):gsub("[a%-z]", "*")) --> ***	3
print(("abc123"):gsub("[a-b1-2]", "*")) --> **c**3	4
print(("x]y"):gsub("[]]", "*")) --> x*y	1
print(("x]y"):gsub("[^]]", "*")) --> *]*	2
print(("a^b"):gsub("[b^]", "*")) --> a**	2
print(("a-b"):gsub("[a-]", "*")) --> **b	2
print(("a-b"):gsub("[-a]", "*")) --> **b	2
print(("0x1F"):find("[%da-fA-F]+", 3)) --> 3	4
print(("a b_c"):gsub("[%w_]", "x")) --> x xxx	4
print(("ab"):gsub("[%a-z]", "*")) --> **	2
print(("a.b"):gsub("[.]", "*")) --> a*b	1
print(("a%b"):gsub("[%%]", "*")) --> a*b	1
print(("\0a"):gsub("[%z]", "0")) --> 0a	1
print(("z-a"):find("[z-a]")) --> nil
print(("[["):gsub("[[]", "*")) --> **	2
print(("aXb"):find("[^%l]")) --> 2	2
print(("a\\b"):gsub("[\\]", "/")) --> a/b	1
print(("x"):find("[%x-%z]")) --> nil
print(("-"):find("[+--]"), (","):find("[+--]")) --> 1	1	1
