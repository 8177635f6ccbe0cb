-- Characters that begin no token. PUC `llex.c`, `luaX_token2str`.
for _, text in ipairs { "x = @", "x = $y", "x = 1 ! 2", "x = ~1", "x = a ? b", "`", "x = \\", "x = #", "x = &", "x = a | b" } do
  print(text, (select(2, loadstring(text))))
end
print((select(2, loadstring("x = \1"))))
print((select(2, loadstring("x = \127"))))
print(#(select(2, loadstring("x = \200")))) --> 46
print((select(2, loadstring("x = ~= 1")))) --> [string "x = ~= 1"]:1: unexpected symbol near '~='
