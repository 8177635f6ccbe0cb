-- Nesting deeper than 200 levels does not compile. PUC `lparser.c`, `enterlevel`.
local function try(open, middle, close, n) local f, m = loadstring(open:rep(n) .. middle .. close:rep(n), "=deep") return f and "compiles" or m end
print(try("do ", "", " end", 100), try("do ", "", " end", 198)) --> compiles	deep:1: chunk has too many syntax levels
print(try("do ", "", " end", 250)) --> deep:1: chunk has too many syntax levels
print(try("if x then ", "", " end", 250)) --> deep:1: chunk has too many syntax levels
print(try("while x do ", "", " end", 250)) --> deep:1: chunk has too many syntax levels
print(loadstring("return " .. ("("):rep(100) .. "1" .. (")"):rep(100))()) --> 1
print((select(2, loadstring("return " .. ("("):rep(250) .. "1" .. (")"):rep(250), "=deep")))) --> deep:1: chunk has too many syntax levels
print((select(2, loadstring("return " .. ("{"):rep(250) .. ("}"):rep(250), "=deep")))) --> deep:1: chunk has too many syntax levels
print((select(2, loadstring("return " .. ("-"):rep(1) .. ("not "):rep(250) .. "1", "=deep")))) --> deep:1: chunk has too many syntax levels
print((select(2, loadstring("x = " .. ("a.."):rep(250) .. "a", "=deep")))) --> deep:1: chunk has too many syntax levels
print((select(2, loadstring("x = " .. ("2^"):rep(250) .. "2", "=deep")))) --> deep:1: chunk has too many syntax levels
print((select(2, loadstring(("function f() "):rep(250) .. (" end"):rep(250), "=deep")))) --> deep:1: chunk has too many syntax levels
print((select(2, loadstring("a" .. (",a"):rep(250) .. " = 1", "=deep")))) --> deep:1: main function has more than 197 variables in assignment
print((select(2, loadstring("return " .. ("f("):rep(250) .. (")"):rep(250), "=deep")))) --> deep:1: chunk has too many syntax levels
