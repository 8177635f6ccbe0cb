-- A class system with mixins, properties and class-level call.
local function class(name, parent)
  local c, get = { __name = name }, {}
  c.__index = function(o, k) local g = c.getters[k] if g then return g(o) end return c[k] end
  c.getters = setmetatable({}, { __index = parent and parent.getters })
  c.__tostring = function(o) return name .. "(" .. (o.describe and o:describe() or "") .. ")" end
  return setmetatable(c, { __index = parent, __call = function(cls, ...) local o = setmetatable({}, cls) if cls.init then cls.init(o, ...) end return o end, __tostring = function() return "class " .. name end })
end
local Animal = class "Animal"
function Animal:init(n) self.n = n end
function Animal:describe() return self.n .. " says " .. self.sound end
Animal.getters.sound = function() return "..." end
local Dog = class("Dog", Animal)
Dog.getters.sound = function(o) return o.n == "Rex" and "WOOF" or "woof" end
local Puppy = class("Puppy", Dog)
function Puppy:init(n) Dog.init(self, "little " .. n) end
print(Animal("it")) --> Animal(it says ...)
print(Dog("Rex")) --> Dog(Rex says WOOF)
print(Dog("Fido").sound) --> woof
print(Puppy("Max")) --> Puppy(little Max says woof)
print(tostring(Dog), Puppy("x").init == Puppy.init, Puppy.describe == Animal.describe) --> class Dog	true	true
print(pcall(function() return Dog("a") + Dog("b") end)) --> false	programs/class_system.lua:22: attempt to perform arithmetic on a table value
print(pcall(Dog("c"))) --> false	attempt to call a table value
print(Dog("z").undefined) --> nil
