-- stops: error chunk has too many syntax levels
assert(loadstring(("return function() "):rep(1e4) .. ("end "):rep(1e4)))
