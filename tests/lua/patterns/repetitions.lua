-- `* + - ?` on single characters. Lua 5.1 manual §5.4.1.
print(("aaa"):match("a*"), ("aaa"):match("a+"), "[" .. ("aaa"):match("a-") .. "]", ("aaa"):match("a?")) --> aaa	aaa	[]	a
print(("aaab"):match("a-b"), ("aaab"):match("a*b"), ("b"):match("a*b"), ("b"):match("a+b"), ("ab"):match("a?b"), ("aab"):match("^a?b")) --> aaab	aaab	b	nil	ab	nil
print(("<a><b>"):match("<.*>"), ("<a><b>"):match("<.->")) --> <a><b>	<a>
print(("x = 12"):match("(%w+)%s*=%s*(%d+)")) --> x	12
print((""):match("a*"), (""):match("a+"), (""):match(".-"))
print(("aaa"):find("a-", 2)) --> 2	1
print(("aaa"):find("a-$")) --> 1	3
print(("aaa"):gsub("a-", "x")) --> xaxaxax	4
print(("abc"):gsub("b*", "x")) --> xaxxcx	4
print(("abc"):gsub("", "-")) --> -a-b-c-	4
print(("hello"):match(".-(l+)(.*)")) --> ll	o
print(("key=val=x"):match("(.-)=(.*)")) --> key	val=x
print(("key=val=x"):match("(.*)=(.*)")) --> key=val	x
print(("a**b"):match("a%**b"), ("+"):match("+"), ("*"):match("*"), ("?"):match("?"), ("a+"):match("a%+")) --> a**b	+	*	?	a+
