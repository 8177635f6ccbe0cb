-- The line in a message is the line of the offending token. PUC `llex.c`.
local function line(s) return (select(2, loadstring(s, "=l"))) end
print(line("x = 1\ny = 2\nz z")) --> l:3: '=' expected near 'z'
print(line("x =\n\n\n")) --> l:4: unexpected symbol near '<eof>'
print(line("x = 'a\nb'")) --> l:1: unfinished string near ''a'
print(line("--[[\n\n\n]] x x")) --> l:4: '=' expected near 'x'
print(line("x = [[\n\n]] y y")) --> l:3: '=' expected near 'y'
print(line("x = 'a\\\nb\\\nc' d")) --> l:3: '=' expected near '<eof>'
print(line("\r\n\r\nx = )")) --> l:3: unexpected symbol near ')'
print(line("f(\n\n)\n\n)")) --> l:5: unexpected symbol near ')'
print(line("a = 1 +\n\n* 2")) --> l:3: unexpected symbol near '*'
print(line("local x\n= \n=")) --> l:3: unexpected symbol near '='
print(line("--\n--\n@")) --> l:3: unexpected symbol near '@'
