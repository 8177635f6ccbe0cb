-- `tostring` whose metamethod does not return a string. PUC `lbaselib.c`, `luaB_print`.
local o = setmetatable({}, { __tostring = function() return 42 end })
print(pcall(tostring, o)) --> true	42
local p = setmetatable({}, { __tostring = function() return {} end })
print("now print") --> now print
print(p) --! 'tostring' must return a string to 'print'
