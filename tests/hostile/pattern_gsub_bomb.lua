-- stops: fuel
(("x"):rep(500)):gsub(("x*"):rep(10) .. "y", "z")
