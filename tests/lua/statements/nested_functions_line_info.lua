-- Errors name the line of the failing operation inside long expressions. PUC `lparser.c`, `luaK_fixline`.
local function try(f) print((select(2, pcall(f)))) end
try(function() --> statements/nested_functions_line_info.lua:6: attempt to perform arithmetic on local 't' (a nil value)
  local t = nil
  return 1 +
    t
end)
try(function() --> statements/nested_functions_line_info.lua:12: attempt to concatenate a table value
  local a = "x"
  return a
    .. "y"
    .. {}
end)
try(function() --> statements/nested_functions_line_info.lua:16: attempt to call local 'f' (a nil value)
  local f
  f(
    1,
    2
  )
end)
try(function() local t = {} --> statements/nested_functions_line_info.lua:23: attempt to index field 'x' (a nil value)
  t.x
   .y = 1 end)
try(function() --> statements/nested_functions_line_info.lua:28: attempt to index global 'undefinedglobal' (a nil value)
  return (
    undefinedglobal
    .field
  )
end)
