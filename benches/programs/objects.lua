-- Objects: classes as metatables, methods found one and two `__index` steps away, overriding, super calls.
local N = 2000000

local Shape = {}
Shape.__index = Shape
function Shape.new(class, name) return setmetatable({ name = name, hits = 0 }, class) end
function Shape:touch() self.hits = self.hits + 1 return self end
function Shape:area() return 0 end
function Shape:describe() return self.hits + self:area() end

local function extend(parent)
  local class = setmetatable({}, { __index = parent })
  class.__index = class
  return class
end

local Square, Circle = extend(Shape), extend(Shape)
function Square.new(side)
  local self = Shape.new(Square, "square")
  self.side = side
  return self
end
function Square:area() return self.side * self.side end
function Circle.new(radius)
  local self = Shape.new(Circle, "circle")
  self.radius = radius
  return self
end
function Circle:area() return 3 * self.radius * self.radius end
function Circle:describe() return 1 + Shape.describe(self) end

local shapes = { Square.new(2), Circle.new(3), Square.new(5), Shape.new(Shape, "plain") }
local sum = 0
for i = 1, N do
  local shape = shapes[i % 4 + 1]
  sum = sum + shape:touch():describe() % 11
  if i % 16 == 0 then shapes[i / 16 % 4 + 1] = i % 32 == 0 and Square.new(i % 9) or Circle.new(i % 7) end
end
print("objects", sum)
