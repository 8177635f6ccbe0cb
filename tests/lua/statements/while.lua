-- `while` and `break`. Lua 5.1 manual §2.4.4.
local i = 0
while i < 3 do i = i + 1; io.write(i, " ") end
print() -->
while true do i = i + 1; if i > 5 then break end end
print(i) --> 6
while i > 0 do
  i = i - 1
  local j = 0
  while true do
    j = j + 1
    if j == i then break end
    if j > 10 then break end
  end
  io.write(i, ":", j, " ")
end
print() -->
while false do print("never") end
while nil do print("never") end
