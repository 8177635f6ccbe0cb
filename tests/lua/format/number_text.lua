-- How `print`, `tostring` and `..` show numbers: `%.14g`. PUC `luaconf.h`, `LUAI_NUMFFORMAT`.
for _, n in ipairs { 0, 1, -1, 1.0, 100, 1e14, 1e15, 1e16, 123456789012345, 12345678901234567, 0.1, 1/3, 2/3, 1e-4, 1e-5, 1.5e-7, 3.14159265358979, 2^53, 2^63, 1e100, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 100 / 3, 1e14 + 0.5, 99999999999999.9, 123456.789e3 } do
  io.write(n, " ", tostring(n), " ", n .. "", "\n")
end
print(1/0, -1/0, 0/0, -(0/0)) --> inf	-inf	-nan	nan
print(#tostring(1/3), tostring(1e15) == "1e+15", 1e5, 1e-3) --> 16	true	100000	0.001
io.write(1/0, " ", -1/0, " ", 0/0, "\n") --> inf -inf -nan
print(255, 0xff, 1e2, .5, 5 % 3 / 7) --> 255	255	100	0.5	0.28571428571429
