-- Generic `for`: iterator, state, control. Lua 5.1 manual §2.4.5.
local function upto(n, i) if i < n then return i + 1, i * i end end
for i, sq in upto, 4, 0 do io.write(i, "=", sq, " ") end
print() -->
for a, b, c in function(s, c) if c == nil then return 1, 2 end end do print(a, b, c) end --> 1	2	nil
for x in (function() return nil end) do print("no") end
for x in function(_, v) v = (v or 0) + 1 return v <= 3 and v or nil end do io.write(x, " ") end
print() -->
local function rest(...) return ... end
for k, v in rest(next, { 10, 20 }) do io.write(k, ":", v, " ") end
print() -->
for k, v in next, { 1, 2 }, nil, "extra" do io.write(k, v, " ") end
print() -->
for w in ("a b c"):gmatch("%a") do io.write(w, ";") end --> a;b;c;
print() -->
for x in function(_, c) if c == nil then return false end end do print(x) end --> false
