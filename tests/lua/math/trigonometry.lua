-- Angles. Lua 5.1 manual §5.6.
local function r(...) local t = { ... } for i, v in ipairs(t) do t[i] = ("%.10g"):format(v) end return unpack(t) end
print(r(math.sin(0), math.sin(1), math.sin(math.pi / 2), math.sin(-2.5), math.sin(100))) --> 0	0.8414709848	1	-0.5984721441	-0.5063656411
print(r(math.cos(0), math.cos(1), math.cos(math.pi), math.cos(100))) --> 1	0.5403023059	-1	0.8623188723
print(r(math.tan(0), math.tan(1), math.tan(-0.5))) --> 0	1.557407725	-0.5463024898
print(r(math.asin(1), math.asin(0.5), math.acos(0), math.acos(-1), math.acos(0.3))) --> 1.570796327	0.5235987756	1.570796327	3.141592654	1.266103673
print(r(math.atan(1), math.atan(-10), math.atan2(1, 1), math.atan2(-1, -1), math.atan2(0, -1), math.atan2(1, 0), math.atan2(0, 0)))
print(r(math.sinh(1), math.cosh(1), math.tanh(1), math.tanh(100))) --> 1.175201194	1.543080635	0.761594156	1
print(r(math.deg(math.pi), math.rad(180), math.deg(1), math.rad(1))) --> 180	3.141592654	57.29577951	0.01745329252
print(math.asin(2), math.acos(2), math.sin(1/0)) --> nan	nan	-nan
print(("%.15g"):format(math.pi), math.pi) --> 3.14159265358979	3.1415926535898
