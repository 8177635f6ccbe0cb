-- Numerals that do not read are named in the error. PUC `llex.c`, `read_numeral`.
for _, text in ipairs { "3x", "0x", "1e", "1e+", "3..4", "0xep1", "1.2.3", "0x1g", "12abc_", "1__", "5.e", "08z", "0xx1" } do
  print(text, select(2, loadstring("return " .. text)))
end
