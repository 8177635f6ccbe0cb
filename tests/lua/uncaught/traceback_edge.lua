-- 22 levels are shown in full. PUC `ldblib.c`, `LEVELS1`, `LEVELS2`.
local function down(n) if n == 0 then error("at the bottom") end local r = down(n - 1) return r end --! at the bottom
down(18)
