-- `tostring` and `print` of every plain value. Lua 5.1 manual §5.1.
print(nil, true, false, 0, -1, 1.5, "text", "")
print() -->
print(nil) --> nil
print("a\tb") --> a	b
print("tab", "separated", 3) --> tab	separated	3
print(tostring(nil) .. tostring(true) .. tostring(1)) --> niltrue1
io.write(1, "a", 2.5, "\n") --> 1a2.5
print(("x"):rep(3), #tostring(12345.678), tostring("s") == "s") --> xxx	9	true
print(type(tostring(1)), type(tostring(nil))) --> string	string
print(select("#", print())) --> --> 0
local real = tostring
tostring = nil
local ok, m = pcall(print, 1)
tostring = real
print(ok, m) --> false	attempt to call a nil value
tostring = function(x) return "custom" end --> custom	custom	custom
print(1, {}, nil)
tostring = function(x) return 5 end --> 5
print(1)
tostring = function() return nil end
io.write(tostring({}) == nil and "nil\n" or "?") 
