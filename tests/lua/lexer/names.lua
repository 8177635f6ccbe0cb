-- Names: letters, digits, underscores; keywords are case-sensitive. Lua 5.1 manual §2.1.
local _, __, _1, And, AND, End = 1, 2, 3, 4, 5, 6
print(_, __, _1, And, AND, End) --> 1	2	3	4	5	6
local averyveryveryverylongnamewithmorethanthirtytwocharacters = "long"
print(averyveryveryverylongnamewithmorethanthirtytwocharacters) --> long
local t = { And = 1, nil_ = 2, _VERSION2 = 3 }
print(t.And, t.nil_, t._VERSION2) --> 1	2	3
print(_VERSION) --> Lua 5.1
goto = 12
print(goto) --> 12
print(loadstring("local end = 1")) --> nil	[string "local end = 1"]:1: '<name>' expected near 'end'
print(loadstring("x.end = 1")) --> nil	[string "x.end = 1"]:1: '<name>' expected near 'end'
print(loadstring("t = { function = 1 }")) --> nil	[string "t = { function = 1 }"]:1: '(' expected near '='
