-- Errors name the line of the failing operation inside long expressions. PUC `lparser.c`, `luaK_fixline`.
local function try(f) print((select(2, pcall(f)))) end
try(function()
  local t = nil
  return 1 +
    t
end)
try(function()
  local a = "x"
  return a
    .. "y"
    .. {}
end)
try(function()
  local f
  f(
    1,
    2
  )
end)
try(function() local t = {}
  t.x
   .y = 1 end)
try(function()
  return (
    undefinedglobal
    .field
  )
end)
