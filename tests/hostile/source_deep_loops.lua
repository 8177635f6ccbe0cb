-- stops: error chunk has too many syntax levels
assert(loadstring(("while true do "):rep(1e4) .. ("end "):rep(1e4)))
