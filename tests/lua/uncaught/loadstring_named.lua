-- An error inside a chunk with a name. PUC `lobject.c`, `luaO_chunkid`.
loadstring("local function deep() error('inside') end\ndeep()", "@virtual/file.lua")() --! virtual/file.lua:1: inside
