-- stops: error chunk has too many syntax levels
assert(loadstring("return " .. ("f("):rep(1e5) .. (")"):rep(1e5)))
