-- Minus zero equals zero but prints its sign. IEEE 754; C `%.14g`.
local z = 0
print(-z, 0 - 0, -0.0, 0 * -1) --> -0	0	0	0
print(-z == z, 1 / -z, 1 / z, 1 / (0 * -1)) --> true	-inf	inf	inf
print(string.format("%d %g %s", -z, -z, -z)) --> 0 -0 -0
local t = {} t[0] = "zero" print(t[-z], t[0 * -1]) --> zero	zero
print(math.abs(-z), math.floor(-0.5), math.ceil(-0.5), -z + 0) --> 0	-1	-0	0
print(tostring(-z), tonumber("-0"), -z .. "", #tostring(-z)) --> -0	-0	-0	2
print(math.max(-z, 0), math.min(0, -z), -z < 0) --> -0	0	false
