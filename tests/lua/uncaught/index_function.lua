-- An error inside an `__index` function. PUC `ldebug.c`.
local strict = setmetatable({}, { __index = function(_, name) error("undeclared variable '" .. name .. "'", 2) end })
print(rawget(strict, "x")) --> nil
local function use() return strict.undeclared end --! undeclared variable 'undeclared'
local v = use()
