-- `tostring` and `print` of every plain value. Lua 5.1 manual §5.1.
print(nil, true, false, 0, -1, 1.5, "text", "")
print()
print(nil)
print("a\tb")
print("tab", "separated", 3)
print(tostring(nil) .. tostring(true) .. tostring(1))
io.write(1, "a", 2.5, "\n")
print(("x"):rep(3), #tostring(12345.678), tostring("s") == "s")
print(type(tostring(1)), type(tostring(nil)))
print(select("#", print()))
local real = tostring
tostring = nil
local ok, m = pcall(print, 1)
tostring = real
print(ok, m)
tostring = function(x) return "custom" end
print(1, {}, nil)
tostring = function(x) return 5 end
print(1)
tostring = function() return nil end
io.write(tostring({}) == nil and "nil\n" or "?") 
