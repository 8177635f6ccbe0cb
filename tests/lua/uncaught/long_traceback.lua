-- A traceback of many levels shows the first 12 and the last 10. PUC `ldblib.c`, `db_errorfb`.
local function down(n) if n == 0 then error("at the bottom") end local r = down(n - 1) return r end --! at the bottom
down(40)
