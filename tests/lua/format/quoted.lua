-- `%q` writes a string that reads back. Lua 5.1 manual §5.4.
local f = string.format
print(f("%q", 'a "quoted" \\ string')) --> "a \"quoted\" \\ string"
print(f("%q", "line\nbreak")) --> "line\ --> break"
print((f("%q", "cr\rzero\0end"):gsub("%c", "?"))) --> "cr\rzero\000end"
print(f("%q", "")) --> ""
print(f("%q", 12)) --> "12"
print(#f("%q", "\0"), #f("%q", "\r"), #f("%q", "\n"), #f("%q", "\t"), #f("%q", "\200")) --> 6	4	4	3	3
print(pcall(f, "%q", nil)) --> false	bad argument #2 to '?' (string expected, got nil)
print(pcall(f, "%q", {})) --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(f, "%q")) --> false	bad argument #2 to '?' (no value)
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
all = table.concat(all)
local back = loadstring("return " .. f("%q", all))()
print(back == all, #back) --> true	256
print(f("%10q|", "a"), f("%-10q|", "a")) --> "a"|	"a"|
print(loadstring("return " .. f("%q", "a\nb\"c\\d\0e"))() == "a\nb\"c\\d\0e") --> true
print(pcall(f, "%q", true)) --> false	bad argument #2 to '?' (string expected, got boolean)
