-- Things that cannot be assigned to. PUC `lparser.c`.
for _, text in ipairs {
  "f() = 1", "1 = x", "'a' = x", "a + b = c", "(a) = 1", "a, f() = 1, 2", "a.b:c() = 1", "nil = 1", "a, = 1", ", a = 1", "a b = 1", "local a.b = 1", "local f() = 1", "a = ", "a == b", "{} = x", "x = y = z", "x += 1", "x++",
} do
  print(text, (select(2, loadstring(text, "=a"))))
end
print(type(loadstring("(a).b = 1")), type(loadstring("f().x = 1")), type(loadstring("('x').y = 1")), type(loadstring("a.b:c().d = 1"))) --> function	function	function	function
