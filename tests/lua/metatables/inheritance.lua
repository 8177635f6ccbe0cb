-- Classes, inheritance and `super` with metatables. Lua 5.1 manual §2.8.
local function class(parent)
  local c = {}
  c.__index = c
  if parent then
    setmetatable(c, { __index = parent })
  end
  c.new = function(...)
    local o = setmetatable({}, c)
    if o.init then
      o:init(...)
    end
    return o
  end
  return c
end
local Shape = class()
function Shape:init(name) self.name = name end
function Shape:area() return 0 end
function Shape:describe() return self.name .. " of area " .. self:area() end
local Rect = class(Shape)
function Rect:init(w, h) Shape.init(self, "rectangle") self.w, self.h = w, h end
function Rect:area() return self.w * self.h end
local Square = class(Rect)
function Square:init(s) Rect.init(self, s, s) self.name = "square" end
Square.__tostring = function(s) return "Square(" .. s.w .. ")" end
Square.__eq = function(a, b) return a.w == b.w end
Square.__lt = function(a, b) return a.w < b.w end
print(Shape.new("blob"):describe()) --> blob of area 0
print(Rect.new(2, 3):describe()) --> rectangle of area 6
print(Square.new(4):describe()) --> square of area 16
print(Square.new(4), Square.new(4) == Square.new(4), Square.new(1) < Square.new(2), Square.new(3) <= Square.new(2)) --> Square(4)	true	true	false
print(rawget(Square, "describe"), Square.describe == Shape.describe, getmetatable(Square.new(1)) == Square) --> nil	true	true
