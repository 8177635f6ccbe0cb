-- Not-a-number and infinity in print, arithmetic and tables. IEEE 754.
local nan, inf = 0/0, 1/0
print(nan, -nan, inf, -inf) --> -nan	nan	inf	-inf
print(nan ~= nan, nan == nan, inf == inf, -inf == -inf, inf == -inf) --> true	false	true	true	false
print(inf - inf, inf * 0, inf / inf, nan + 1, nan * 0, -(inf - inf)) --> -nan	-nan	-nan	-nan	-nan	nan
print(math.sqrt(-1), -math.sqrt(-1), math.log(-1), math.fmod(1, 0), math.acos(2)) --> -nan	nan	-nan	-nan	nan
print(tostring(nan), tostring(-nan), nan .. "", inf .. "x") --> -nan	nan	-nan	infx
print(string.format("%f %g %e %.1f %5.1f|", nan, nan, -nan, inf, -inf)) --> -nan -nan nan inf  -inf|
print(math.max(nan, 1), math.min(1, nan), math.floor(inf), math.abs(-inf), math.abs(nan) ~= nan) --> -nan	1	inf	inf	true
print(tonumber("nan"), tonumber("inf"), tonumber("-inf"), 1e309, -1e309) --> nan	inf	-inf	inf	-inf
local t = { [inf] = "inf", [-inf] = "-inf" }
print(t[inf], t[-inf], t[nan], rawget(t, nan)) --> inf	-inf	nil	nil
print(pcall(rawset, {}, nan, 1)) --> false	table index is NaN
print(nan < 1, nan > 1, nan <= nan, not (nan >= 0), inf > 1e308, -inf < -1e308) --> false	false	false	true	true	true
