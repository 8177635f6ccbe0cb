-- `...` in a function that takes none. PUC `lparser.c`.
local function f(a)
  return ... --! cannot use '...' outside a vararg function near '...'
end
