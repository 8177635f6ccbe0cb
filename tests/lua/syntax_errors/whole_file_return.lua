-- A statement after `return`. PUC `lparser.c`, `chunk`.
local x = 1
return x
print(x) --! '<eof>' expected near 'print'
