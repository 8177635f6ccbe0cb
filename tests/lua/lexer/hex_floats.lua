-- Numerals are read by strtod, so hexadecimal floats work as there. Lua 5.1 manual §2.1, PUC `lobject.c`.
print(0x1p4, 0x1p0, 0xfp2) --> 16	1	60
print(loadstring("return 0x.8p1")) --> nil	[string "return 0x.8p1"]:1: malformed number near '0x'
print(loadstring("return 0xA.8")) --> nil	[string "return 0xA.8"]:1: '<eof>' expected near '.8'
print(loadstring("return 0x1P-2")) --> nil	[string "return 0x1P-2"]:1: malformed number near '0x1P'
print(loadstring("return 0x1P2")()) --> 4
print(tonumber("0x1p4"), tonumber("0x.1"), tonumber("0xa.8p2")) --> 16	0.0625	42
print(tonumber("0x"), tonumber("0xg"), tonumber("0x1p")) --> nil	nil	nil
print(loadstring("return 0x1p+4")) --> nil	[string "return 0x1p+4"]:1: malformed number near '0x1p'
