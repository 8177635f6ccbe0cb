-- stops: error chunk has too many syntax levels
assert(loadstring(("if x then "):rep(1e4) .. ("end "):rep(1e4)))
