-- Level 0 adds no position. Lua 5.1 manual §5.1, `error`.
local function f() error("bare message", 0) end
f() --! bare message
