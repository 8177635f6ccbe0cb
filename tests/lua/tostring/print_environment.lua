-- `print` asks the global `tostring`, also when it was replaced. PUC `lbaselib.c`, `luaB_print`.
local real = tostring
function tostring(x) return "<" .. real(x) .. ">" end --> <1>	<a>	<nil>	<true>
print(1, "a", nil, true)
tostring = function() return {} end
local ok, message = pcall(print, 1)
tostring = real
print(ok, message) --> false	'tostring' must return a string to 'print'
tostring = setmetatable({}, { __call = function(_, x) return "callable " .. real(x) end }) --> callable 2
print(2)
tostring = nil
io.write(real(pcall(print, 3)), "\n")
