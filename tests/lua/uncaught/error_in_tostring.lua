-- An error inside `__tostring`, reached from `print`.
local o = setmetatable({}, { __tostring = function() error("no text for this") end }) --! no text for this
print(o)
