-- How chunk names appear in messages. PUC `lobject.c`, `luaO_chunkid`.
local function name(n) return (select(2, loadstring("x =", n)):gsub(":1: .*", "")) end
print(name("=exact")) --> exact
print(name("@file.lua")) --> file.lua
print(name("short source")) --> [string "short source"]
print(name("line one\nline two")) --> [string "line one..."]
print(name("=" .. ("e"):rep(100))) --> eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
print(name("@" .. ("d/"):rep(40) .. "f.lua")) --> .../d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/f.lua
print(name(("s"):rep(100))) --> [string "sssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss..."]
print(name("")) --> [string ""]
print(name("=")) -->
print(name("@")) -->
print(name("\nstarts with newline")) --> [string "..."]
print(name("a\rb")) --> [string "a..."]
print(name(("s"):rep(44))) --> [string "ssssssssssssssssssssssssssssssssssssssssssss"]
print(name(("s"):rep(45))) --> [string "sssssssssssssssssssssssssssssssssssssssssssss"]
print(name(("s"):rep(46))) --> [string "ssssssssssssssssssssssssssssssssssssssssssssss"]
print(name("=" .. ("e"):rep(59))) --> eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
print(name("=" .. ("e"):rep(60))) --> eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
print(name("@" .. ("e"):rep(51))) --> eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
print(name("@" .. ("e"):rep(52))) --> eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
print(name("@" .. ("e"):rep(53))) --> eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
print(name(nil), (select(2, loadstring("y y")))) --> [string "x ="]	[string "y y"]:1: '=' expected near 'y'
