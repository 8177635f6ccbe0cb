-- Too many registers in one expression. PUC `lcode.c`, `luaK_checkstack`.
local function args(n, item) local t = {} for i = 1, n do t[i] = item end return table.concat(t, ",") end
print((select(2, loadstring("return f(" .. args(260, "a") .. ")", "=regs")))) --> regs:1: function or expression too complex near 'a'
print(type(loadstring("return f(" .. args(200, "a") .. ")", "=regs"))) --> function
print((select(2, loadstring("local a = " .. args(260, "1"), "=regs")))) --> regs:1: function or expression too complex near '1'
print((select(2, loadstring("return " .. args(260, "x"), "=regs")))) --> regs:1: function or expression too complex near 'x'
local function nested(n) local s = "1" for i = 1, n do s = "f(a,b," .. s .. ")" end return s end
print((select(2, loadstring("return " .. nested(100), "=regs")))) --> regs:1: function or expression too complex near '('
print(type(loadstring("return " .. nested(50), "=regs"))) --> function
