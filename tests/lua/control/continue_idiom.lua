-- `continue` written with `repeat ... until true` and with conditions.
for i = 1, 6 do repeat if i % 2 == 0 then break end io.write(i, " ") until true end
print() -->
local out = {}
for i = 1, 10 do local skip = i % 3 == 0 if not skip then out[#out + 1] = i end end
print(table.concat(out, ",")) --> 1,2,4,5,7,8,10
local i = 0
while i < 10 do i = i + 1 repeat if i < 4 then break end if i > 7 then i = 100 break end io.write(i, ";") until true end --> 4;5;6;7;
print(i) --> 100
