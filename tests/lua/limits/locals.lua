-- At most 200 local variables in a function. PUC `lparser.c`, `new_localvar`.
local function locals(n, prefix) local t = {} for i = 1, n do t[i] = "local a" .. i .. " = " .. i end return (prefix or "") .. table.concat(t, "\n") end
print(loadstring(locals(200) .. " return a1 + a200")()) --> 201
print((select(2, loadstring(locals(201), "=main")))) --> main:201: main function has more than 200 local variables
print((select(2, loadstring("local function f()\n" .. locals(201) .. "\nend", "=inner")))) --> inner:202: function at line 1 has more than 200 local variables
print((select(2, loadstring("\n\nx = function()\n" .. locals(205) .. "\nend", "=anon")))) --> anon:204: function at line 3 has more than 200 local variables
local names = {}
for i = 1, 201 do names[i] = "n" .. i end
print((select(2, loadstring("local " .. table.concat(names, ","), "=list")))) --> list:1: main function has more than 200 local variables
print((select(2, loadstring("function f(" .. table.concat(names, ",") .. ") end", "=params")))) --> params:1: function at line 1 has more than 200 local variables
print(type(loadstring("do " .. locals(150) .. " end do " .. locals(150) .. " end"))) --> function
print((select(2, loadstring(locals(198) .. " for i = 1, 2 do end", "=for")))) --> for:198: main function has more than 200 local variables
print((select(2, loadstring(locals(197) .. " for i in x do end", "=forin")))) --> forin:197: main function has more than 200 local variables
print(type(loadstring(locals(196) .. " for i = 1, 2 do end", "=for"))) --> function
