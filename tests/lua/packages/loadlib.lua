-- `package.loadlib` of what is not there. Lua 5.1 manual §5.3.
print((package.loadlib("/nonexistent.so", "f")), select(3, package.loadlib("/nonexistent.so", "f"))) --> nil	open
print(pcall(package.loadlib)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(package.loadlib, "x")) --> false	bad argument #2 to '?' (string expected, got no value)
print(type(package.path), type(package.cpath), type(package.loaded), type(package.preload), #package.loaders) --> string	string	table	table	4
print(package.loaded._G == _G, package.loaded.string == string, package.loaded.package == package, package.loaded.io == io) --> true	true	true	true
