-- What is long and not nested compiles, however long, and what is too long says so. PUC `lparser.c`, `subexpr`.
local function try(name, source, ...)
  local f, message = loadstring(source, "=long")
  if f then print(name, pcall(f, ...)) else print(name, message) end
end
local n = 20000
try("sum", "return 0" .. (" + 1"):rep(n)) --> sum	true	20000
try("difference", "local a = ... return a" .. (" - 1"):rep(n), n) --> difference	true	0
try("product", "local a = ... return a" .. (" * 1"):rep(n), 3) --> product	true	3
try("quotient", "local a = ... return a" .. (" / 1"):rep(n), 3) --> quotient	true	3
try("modulo", "local a = ... return a" .. (" % 7"):rep(n), 20) --> modulo	true	6
try("and", "local a = ... return a" .. (" and a"):rep(n), 5) --> and	true	5
try("or", "local a = ... return a" .. (" or a"):rep(n), false) --> or	true	false
try("and or", "local a = ... return a" .. (" and a or a"):rep(n / 2), false) --> and or	true	false
try("comparisons", "local a = ... return a" .. (" == a"):rep(n), true) --> comparisons	true	true
try("order", "return 1" .. (" < 2"):rep(2)) --> order	false	long:1: attempt to compare boolean with number
try("fields", "local a = {} a.a = a return a == a" .. (".a"):rep(n)) --> fields	true	true
try("indexes", "local a = {} a[1] = a return a == a" .. ("[1]"):rep(n)) --> indexes	true	true
try("calls", "local function f() return f end f = function() return f end return f == f" .. ("()"):rep(n)) --> calls	true	true
try("calls", "local f f = function() return f end return f == f" .. ("()"):rep(n)) --> calls	true	true
try("strings", "local f f = function() return f end return f == f" .. ("''"):rep(n)) --> strings	true	true
try("tables", "local f f = function() return f end return f == f" .. ("{}"):rep(n)) --> tables	true	true
try("methods", "local a = {} function a:m() return self end return a == a" .. (":m()"):rep(n)) --> methods	true	true
try("elseif", "local a = ... if a == 0 then return 0" .. (" elseif a == 1 then return 1"):rep(n) .. " else return 2 end", 3) --> elseif	true	2
try("statements", "local a = 0 " .. ("a = a + 1 "):rep(n) .. "return a") --> statements	true	20000
try("blocks", "local a = 0 " .. ("do local b = 1 a = a + b end "):rep(n) .. "return a") --> blocks	true	20000
try("functions", "local a = 0 " .. ("a = a + (function() return 1 end)() "):rep(n) .. "return a") --> functions	true	20000
try("semicolons", "local a = 1; " .. ("a = 1; "):rep(n) .. "return a") --> semicolons	true	1
try("items", "return #{" .. ("1, "):rep(n) .. "}") --> items	true	20000
try("fields of a table", "return {" .. ("a = 1, "):rep(n) .. "}.a") --> fields of a table	long:1: '<eof>' expected near '.'
try("parameters", "return (function(" .. ("a, "):rep(150) .. "...) return select('#', ...) end)(" .. ("1, "):rep(200) .. "1)") --> parameters	true	51
try("comment", "--[==[" .. ("]"):rep(n) .. "]==] return 1") --> comment	true	1
try("string", "return #'" .. ("\\n"):rep(n) .. "'") --> string	true	20000
try("long string", "return #[==[" .. ("]=]"):rep(n) .. "]==]") --> long string	true	60000
try("name", "local " .. ("a"):rep(n) .. " = 1 return " .. ("a"):rep(n)) --> name	true	1
try("number", "return " .. ("1"):rep(300)) --> number	true	1.1111111111111e+299
try("number too long", "return " .. ("1"):rep(n) .. "x")
try("lines", ("\n"):rep(n) .. "error('here')") --> lines	false	long:20001: here
try("while", "local a = 0 " .. ("while a < 1 do a = a + 1 end "):rep(n / 2) .. "return a") --> while	true	1
try("jump", "local a = 0 while a < 1 do " .. ("a = a + 1 "):rep(n) .. " end return a") --> jump	true	20000
-- Joined from the right, so a chain of `..` nests.
try("concat", "return #('a'" .. (" .. 'a'"):rep(150) .. ")") --> concat	true	151
try("concat", "return #('a'" .. (" .. 'a'"):rep(n) .. ")") --> concat	long:1: chunk has too many syntax levels
try("power", "return 1" .. (" ^ 1"):rep(n)) --> power	long:1: chunk has too many syntax levels
try("not", "return " .. ("not "):rep(n) .. "1") --> not	long:1: chunk has too many syntax levels
