-- stops: error chunk has too many syntax levels
assert(loadstring("return " .. ("not "):rep(1e5) .. "x"))
