-- Arithmetic on a field that is nil.
local order = { price = 10 }
local function total(o) return o.price * o.quantity end --! attempt to perform arithmetic on field 'quantity' (a nil value)
print(total({ price = 2, quantity = 3 })) --> 6
print(total(order))
