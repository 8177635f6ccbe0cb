-- Concatenating a nil upvalue.
local name
local function greet() return "hello " .. name end --! attempt to concatenate upvalue 'name' (a nil value)
name = "you"
print(greet()) --> hello you
name = nil
print(greet())
