-- stops: error function or expression too complex
assert(loadstring("f(" .. ("x, "):rep(1e5) .. "x)"))
