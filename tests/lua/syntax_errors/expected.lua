-- "X expected near Y" of every construct. PUC `lparser.c`, `error_expected`.
for _, text in ipairs {
  "if x", "if x the", "if x then else elseif", "while x", "while x end", "for", "for 1", "for i", "for i =", "for i = 1", "for i = 1 do end", "for i = 1, 2, 3, 4 do end", "for i, j = 1, 2 do end",
  "for i in", "for i, in x do end", "for i in x", "repeat", "repeat until", "do", "function", "function f", "function f(", "function f(a,) end", "function f(a b) end", "function f(..., a) end", "function f.1() end", "function f:g:h() end", "function f:g.h() end",
  "local", "local =", "local x =", "local x,", "local function", "local function f.g() end", "return +", "x = {", "x = { 1 2 }", "x = { a = }", "x = { [1 }", "x = { [1] }", "x = { [1] 2 }", "x[", "x[1", "x[1] ", "x.y.", "x:y.z()", "f(1 2)",
} do print((select(2, loadstring(text, "=s")))) end
