-- Errors name globals also in another environment. PUC `ldebug.c`.
local function f() missing() end --! attempt to call global 'missing' (a nil value)
setfenv(f, { print = print })
f()
