-- A stack overflow that nobody catches. PUC `ldo.c`, `luaD_growstack`.
local function forever(n) return n + forever(n + 1) end --! stack overflow
forever(1)
