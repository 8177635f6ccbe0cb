-- An error inside a chunk made by `loadstring`. PUC `lobject.c`, `luaO_chunkid`.
local f = loadstring("local a = ...\nlocal function g(x)\n  return x.y.z\nend\nlocal r = g(a)\nreturn r")
print(pcall(f, {})) --> false	[string "local a = ......"]:3: attempt to index field 'y' (a nil value)
f({}) --! [string "local a = ......"]:3: attempt to index field 'y' (a nil value)
