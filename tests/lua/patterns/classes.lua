-- Every class, by the number of bytes it holds. Lua 5.1 manual §5.4.1.
for c in ("acdlpsuwxz"):gmatch(".") do
  local n, m, list = 0, 0, {}
  for b = 0, 255 do
    if string.char(b):find("^%" .. c .. "$") then
      n = n + 1
      list[#list + 1] = b
    end
    if string.char(b):find("^%" .. c:upper() .. "$") then
      m = m + 1
    end
  end
  print(c, n, m, list[1], list[#list])
end
print(("a1 B-"):gsub("%w", "w"), ("a1 B-"):gsub("%W", "W")) --> ww w-	a1WBW	2
print(("tab\tnl\n"):gsub("%s", "_")) --> tab_nl_	2
print(("x.y"):find("."), ("x.y"):find("%.")) --> 1	2	2
print(("%"):find("%%"), ("a-b"):find("%-"), ("[x]"):find("%[x%]")) --> 1	2	1	3
print(("a$b^c"):gsub("[%$%^]", "-")) --> a-b-c	2
print(("é"):find("%a"), #("é"):gsub("[\128-\255]", "")) --> nil	0
