-- Tokens need no white space between them where they cannot be mistaken. Lua 5.1 manual §2.1.
local a,b,c=1,2,3;print(a+b*c)print((a))print(({1})[1]) --> 7 --> 1 --> 1
local t={f=function(self,x)return x end}print(t:f"s",t.f(t,[[l]])) --> s	l
print(a==1,a~=1,a<=b,a>=b) --> true	false	true	false
print(1-1,1- -1,- -1,not not nil) --> 0	2	1	false
print(a..b, 1 ..2, "a".."b".."c") --> 12	12	abc
if a then print"yes"end --> yes
print(#"abc"+1,-2^2,2^-1) --> 4	-4	0.5
