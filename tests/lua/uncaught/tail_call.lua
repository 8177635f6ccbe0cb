-- A tail call leaves its mark in the traceback. PUC `ldebug.c`.
local function bottom(n) if n == 0 then error("bottom reached", 1) end return bottom(n - 1) end --! bottom reached
local function top() return bottom(3) end
local x = top()
