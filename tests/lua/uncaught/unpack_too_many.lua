-- More results than fit.
local function f(t) return unpack(t, 1, 1e7) end --! too many results to unpack
print(f({}))
