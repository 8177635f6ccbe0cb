-- `package.loaders` may be extended; errors collect what each said. Lua 5.1 manual §5.3.
package.path, package.cpath = "./no/?.lua", "./no/?.so"
print(#package.loaders) --> 4
package.loaders[5] = function(name)
  if name == "magic" then
    return function(...)
      return { name = ... }
    end
  end
  return "\n\tno magic for '" .. name .. "'"
end
print(require("magic").name) --> magic
print(select(2, pcall(require, "other")))
print(select(2, pcall(require, "dotted.name")))
table.insert(package.loaders, 1, function(n) return nil end)
print((select(2, pcall(require, "x")))) --> module 'x' not found: --> 	no field package.preload['x'] --> 	no file './no/x.lua' --> 	no file './no/x.so' --> 	no magic for 'x'
package.loaders = nil
print(pcall(require, "y")) --> false	'package.loaders' must be a table
package.loaders = {}
print(pcall(require, "z")) --> false	module 'z' not found:
package.loaders = { function() return function(...) return select("#", ...) end end }
print(require("w")) --> 1
