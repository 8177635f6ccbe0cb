-- stops: error the end
local function nest(n) if n == 0 then error("the end", 0) end return coroutine.wrap(nest)(n - 1) end
nest(50)
