-- Frames of `pcall` in a traceback. PUC `ldblib.c`.
local function trace() print((debug.traceback("here"))) end
pcall(pcall, trace)
local function fail() error("not caught") end --! not caught
local function run(f) f() end
run(fail)
