-- What "near" shows: the token as written, `<eof>`, or a character. PUC `llex.c`, `luaX_lexerror`.
for _, text in ipairs {
  "x = = 1", "x = 'str' 'str'", "x = 12 12", "x = a b", "for", "x = }", "local function", "return return",
  "x = [[long]] [[long]]", "if x then", "x = 1 + ", "x = \"a\" .. 'b' \"c\"", "f(", "f(1,", "a.1 = 2", "a. = 3", "::x::",
  "local 5", "x = ...y", "x = 5 .. . 6", "x, y", "x.y", "(x)", "not x", "x:y", "x:y = 1", "f() = 1", "x = function end",
} do
  print(text, (select(2, loadstring(text, "=c"))))
end
