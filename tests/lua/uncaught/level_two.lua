-- Level 2 blames the caller. Lua 5.1 manual §5.1, `error`.
local function check(x)
  if type(x) ~= "number" then error("number expected", 2) end
end
local function use(x)
  check(x) --! number expected
end
use("no")
