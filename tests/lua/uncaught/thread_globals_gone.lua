-- `print` and the traceback look for `tostring` and `debug` in the thread's globals. PUC `lbaselib.c`, `lua.c`.
local print, pcall, tostring, setfenv = print, pcall, tostring, setfenv
print("with globals") --> with globals
setfenv(0, {})
io = nil
print("without")
