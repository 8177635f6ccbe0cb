-- An error in a finaliser surfaces where the collection ran. PUC `lgc.c`, `GCTM`.
local p = newproxy(true)
getmetatable(p).__gc = function() error("in finaliser") end
p = nil
print("collecting") --> collecting
print(pcall(collectgarbage)) --> false	gc/finaliser_error.lua:3: in finaliser
print("done") --> done
