-- stops: memory
local function tree(d) if d == 0 then return {} end return { tree(d - 1), tree(d - 1) } end
tree(40)
