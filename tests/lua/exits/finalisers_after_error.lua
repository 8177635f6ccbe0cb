-- An uncaught error still closes the state. PUC `lua.c`, `main`.
p = newproxy(true)
getmetatable(p).__gc = function() print("finalised after the error") end --> finalised after the error
error("uncaught") --! uncaught
