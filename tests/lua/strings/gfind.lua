-- `gfind` is `gmatch` by its old name. Lua 5.1 `LUA_COMPAT_GFIND`.
print(string.gfind == string.gmatch) --> true
for w in string.gfind("one two", "%a+") do io.write(w, ";") end --> one;two;
print() -->
for k, v in ("a=1, b=2"):gfind("(%w+)=(%w+)") do io.write(k, v, ";") end --> a1;b2;
print() -->
