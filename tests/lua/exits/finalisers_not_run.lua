-- `os.exit` does not close the state, so finalisers do not run. PUC `loslib.c`, `os_exit`.
local p = newproxy(true)
getmetatable(p).__gc = function() print("never") end
print("leaving") --> leaving
os.exit(0)
