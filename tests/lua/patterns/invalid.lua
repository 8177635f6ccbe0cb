-- Malformed patterns. PUC `lstrlib.c`.
for _, p in ipairs { "[", "[a", "[^", "[%", "[%a", "%", "a%", "(", "(a", ")", "a)", "(()", "%b", "%bx", "%f", "%fx", "%f[", "[]", "[^]", "[a-", "[a-]", "(a))", "%1", "(%1)", "[]]", "[%]", "*", "a**", "()", "%g", "(()())", "[z-a]" } do
  print(p, pcall(string.find, "some text a", p))
end
print(pcall(string.find, "x", "(" .. ("("):rep(40))) --> false	too many captures
print(pcall(string.gsub, "x", "[", "")) --> false	malformed pattern (missing ']')
print(pcall(string.match, "x", "(x")) --> false	unfinished capture
print(pcall(string.rep("x", 3).find, "xxx", "%")) --> false	malformed pattern (ends with '%')
