-- Functions without a name are called by where they were defined. PUC `ldblib.c`.
local function call(f, ...) local r = f(...) return r end
call(function()
  call(function()
    (function() error("nested") end)() --! nested
  end)
end)
