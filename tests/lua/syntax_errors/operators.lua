-- Operators of other versions are not part of 5.1. Lua 5.1 manual §2.1.
for _, text in ipairs { "x = 1 // 2", "x = 1 & 2", "x = 1 | 2", "x = 1 << 2", "x = 1 >> 2", "x = ~1", "x = a ~ b", "goto l", "::l::", "x = a != b", "x = a && b", "x = !a", "x += 1", "x = a ? b : c", "x = 1; ; y = 2", "x = 0b1", "local x <const> = 1", "x = '\\u{41}'", "continue" } do
  print(text, (select(2, loadstring(text, "=o"))))
end
