-- `__tostring` of an error object is not asked by 5.1's stand-alone interpreter. PUC `lua.c`, `traceback`.
error(setmetatable({}, { __tostring = function() return "custom error" end }))
