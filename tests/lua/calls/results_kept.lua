-- Where results are cut to one, where all are kept. Lua 5.1 manual §2.5.
local function f() return 1, 2, 3 end
local t = { f(), x = f(), f() }
print(#t, t.x) --> 4	1
print(f() + 10, f() .. "", -f(), #tostring(f())) --> 11	1	-1	1
print(f(), 0) print((f())) print(0, f()) --> 1	0 --> 1 --> 0	1	2	3
if f() == 1 then print("cond") end --> cond
for i = f(), 2 do io.write(i, " ") end print()
local a = { [f()] = f() } print(a[1], a[2]) --> 1	nil
local function g() return f() end
local function h() return (f()) end
local function k() return f(), nil end
print(g()) print(h()) print(k()) --> 1	2	3 --> 1 --> 1	nil
print(f() and "and", f() or "or", f(), f() == f()) --> and	1	1	true
local s = ""
for _, v in ipairs { f(), f() } do s = s .. v end
print(s) --> 1123
