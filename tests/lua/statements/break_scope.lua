-- `break` leaves the innermost loop and closes its upvalues. Lua 5.1 manual §2.4.4.
local f
for i = 1, 10 do
  local x = i * 2
  if x > 6 then f = function() return x end; break end
end
print(f()) --> 8
for i = 1, 2 do
  for j = 1, 5 do if j == 3 then break end io.write(i, ",", j, " ") end
end
print() -->
while true do do break end end
print("out") --> out
print(loadstring("break")) --> nil	[string "break"]:1: no loop to break near '<eof>'
print(loadstring("if x then break end")) --> nil	[string "if x then break end"]:1: no loop to break near 'end'
print(loadstring("while true do local f = function() break end end")) --> nil	[string "while true do local f = function() break end end"]:1: no loop to break near 'end'
print(loadstring("while true do break; print(1) end")) --> nil	[string "while true do break; print(1) end"]:1: 'end' expected near 'print'
