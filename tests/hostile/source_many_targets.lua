-- stops: error variables in assignment
assert(loadstring("a" .. (", a"):rep(1e5) .. " = 1"))
