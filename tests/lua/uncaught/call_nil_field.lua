-- Calling a missing function of a library.
local function run() string.uper("x") end --! attempt to call field 'uper' (a nil value)
run()
