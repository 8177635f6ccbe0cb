-- Numeric `for`: bounds, steps, empty ranges. Lua 5.1 manual §2.4.5.
for i = 1, 3 do io.write(i, " ") end print()
for i = 3, 1 do io.write(i, " ") end print("none") --> none
for i = 3, 1, -1 do io.write(i, " ") end print()
for i = 1, 10, 4 do io.write(i, " ") end print()
for i = -2, 2 do io.write(i, " ") end print()
for i = 5, 5 do io.write(i, " ") end print()
for i = 1, 0 do io.write("no") end print("none") --> none
for i = 1.5, 4 do io.write(i, " ") end print()
for i = 10, 1, -3 do io.write(i, " ") end print()
for i = 0, -1, -1 do io.write(i, " ") end print()
