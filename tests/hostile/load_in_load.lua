-- stops: error C stack overflow
local deepest
local function nest()
  local called
  return load(function()
    if called then return nil end
    called = true
    local f, message = nest()
    deepest = deepest or message
    return nil
  end)
end
nest()
error(deepest, 0)
