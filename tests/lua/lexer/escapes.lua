-- Every escape of a quoted string. Lua 5.1 manual §2.1.
local function bytes(s) return table.concat({s:byte(1, -1)}, " ") end
print(bytes("\a\b\f\n\r\t\v")) --> 7 8 12 10 13 9 11
print(bytes("\\\"\'")) --> 92 34 39
print(bytes('\"\'')) --> 34 39
print(bytes("\65\066\0677")) --> 65 66 67 55
print(bytes("\0\00\000\0001")) --> 0 0 0 0 49
print(bytes("\255\10x")) --> 255 10 120
print(bytes("\q\z\x41")) --> 113 122 120 52 49
print("one\
two")
print(bytes("a\
b"))
print(#"\
")
