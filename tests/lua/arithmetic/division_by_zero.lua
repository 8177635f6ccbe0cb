-- Division by zero gives infinities and not-a-number. Lua 5.1 manual §2.5.1.
local zero = 0
print(1 / zero, -1 / zero, 1 / -zero, 1 / 0, -1 / 0) --> inf	-inf	-inf	inf	-inf
print(0 / 0, -(0 / 0), zero / zero, -(zero / zero)) --> -nan	nan	-nan	nan
print(math.huge, -math.huge, math.huge - math.huge, math.huge * 0) --> inf	-inf	-nan	-nan
print(1 / math.huge, -1 / math.huge, math.huge / math.huge) --> 0	-0	-nan
local nan = 0 / 0
print(nan == nan, nan ~= nan, nan < nan, nan <= nan, nan > 1, not (nan < 1)) --> false	true	false	false	false	true
print(nan + 1, nan * 0, 1 / 0 - 1 / 0, math.huge % 1) --> -nan	-nan	-nan	-nan
print(string.format("%g %g %f", 1 / 0, -1 / 0, 1 / 0)) --> inf -inf inf
