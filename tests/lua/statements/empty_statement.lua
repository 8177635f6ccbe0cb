-- 5.1 has no empty statement: a semicolon may only end a statement. Lua 5.1 manual §2.4.1.
print(loadstring(";")) --> nil	[string ";"]:1: unexpected symbol near ';'
print(loadstring("x = 1;;")) --> nil	[string "x = 1;;"]:1: unexpected symbol near ';'
print(loadstring("do ; end")) --> nil	[string "do ; end"]:1: unexpected symbol near ';'
print(type(loadstring("x = 1;"))) --> function
print(type(loadstring("local x; local y;"))) --> function
print(type(loadstring(""))) --> function
