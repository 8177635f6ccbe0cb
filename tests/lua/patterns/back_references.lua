-- `%1` to `%9` in a pattern match what was captured. Lua 5.1 manual §5.4.1.
print(("abab"):match("(ab)%1")) --> ab
print(("abac"):match("(ab)%1")) --> nil
print(([["a 'b' c"]]):match("([\"'])(.-)%1")) --> "	a 'b' c
print(("hello"):find("(.)%1")) --> 3	4	l
print(("aXbXc"):match("(%u).-%1")) --> X
print(("abba"):match("^(.)(.)%2%1$")) --> a	b
print(pcall(string.match, "abc", "%1")) --> false	invalid capture index
print(pcall(string.match, "abc", "(%1)")) --> false	invalid capture index
print(pcall(string.match, "abc", "(a)%2")) --> false	invalid capture index
print(pcall(string.match, "abc", "(a%1)")) --> false	invalid capture index
print(pcall(string.match, "abc", "%0")) --> false	invalid capture index
print(("aa"):match("()%1") == nil) --> true
print(pcall(string.match, "a", "()a%1")) --> true	nil
print(("word word"):gsub("(%w+) %1", "[%1]")) --> [word]	1
