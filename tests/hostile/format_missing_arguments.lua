-- stops: error no value
string.format(("%d"):rep(100000), 1)
