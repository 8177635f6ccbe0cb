-- stops: fuel
for w in (("a"):rep(200)):gmatch(("a*"):rep(15) .. "b") do end
