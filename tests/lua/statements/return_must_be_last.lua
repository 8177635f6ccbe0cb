-- Anything after `return` in a block is an error. Lua 5.1 manual §2.4.4.
print(loadstring("return 1 print(2)")) --> nil	[string "return 1 print(2)"]:1: '<eof>' expected near 'print'
print(loadstring("return; print(2)")) --> nil	[string "return; print(2)"]:1: '<eof>' expected near 'print'
print(type(loadstring("do return end print(2)"))) --> function
print(loadstring("return return")) --> nil	[string "return return"]:1: unexpected symbol near 'return'
print(loadstring("return 1,")) --> nil	[string "return 1,"]:1: unexpected symbol near '<eof>'
print(loadstring("return 1;;")) --> nil	[string "return 1;;"]:1: '<eof>' expected near ';'
print(loadstring("function f() return 1 x = 2 end")) --> nil	[string "function f() return 1 x = 2 end"]:1: 'end' expected near 'x'
