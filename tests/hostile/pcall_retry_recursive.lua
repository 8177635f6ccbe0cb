-- stops: fuel
local function stubborn() pcall(function() while true do end end) return stubborn() end
stubborn()
