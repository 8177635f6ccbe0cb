-- stops: error chunk has too many syntax levels
assert(loadstring(("do "):rep(1e5) .. ("end "):rep(1e5)))
