-- Calling a method that strings do not have.
local name = "lua"
print(name:upper()) --> LUA
print(name:capitalize()) --! attempt to call method 'capitalize' (a nil value)
