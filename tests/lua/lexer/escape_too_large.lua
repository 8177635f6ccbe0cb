-- A decimal escape above 255 does not compile. Lua 5.1 manual §2.1.
print(loadstring([[return "\256"]])) --> nil	[string "return "\256""]:1: escape sequence too large near '"'
print(loadstring([[return "abc\999def"]])) --> nil	[string "return "abc\999def""]:1: escape sequence too large near '"abc'
print(loadstring([[return '\300']])) --> nil	[string "return '\300'"]:1: escape sequence too large near '''
print(loadstring([[return "\2555"]])())
