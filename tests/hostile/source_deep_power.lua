-- stops: error chunk has too many syntax levels
assert(loadstring("return " .. ("x ^ "):rep(1e5) .. "x"))
