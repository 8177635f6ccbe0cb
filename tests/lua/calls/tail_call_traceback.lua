-- A tail call shows as "(tail call): ?" in the traceback. PUC `ldebug.c`.
local function fail() error("deep") end --! deep
local function middle() return fail() end
local function outer() local r = middle() return r end
print((select(2, xpcall(outer, debug.traceback)):gsub("\n\t%[C%].*", ""))) --> calls/tail_call_traceback.lua:2: deep --> stack traceback:
outer()
