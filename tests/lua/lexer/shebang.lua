#!/usr/bin/env lua
-- A first line that begins with `#` is skipped in a file. PUC `lauxlib.c`, `luaL_loadfile`.
print("line three") --> line three
print(loadstring("#!/usr/bin/lua\nreturn 1")) --> nil	[string "#!/usr/bin/lua..."]:1: unexpected symbol near '#'
print(#"x") --> 1
error("line six") --! line six
