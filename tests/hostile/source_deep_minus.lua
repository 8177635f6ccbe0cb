-- stops: error chunk has too many syntax levels
assert(loadstring("return " .. ("- "):rep(1e5) .. "x"))
