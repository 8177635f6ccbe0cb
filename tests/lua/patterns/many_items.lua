-- Long patterns: hundreds of items, sets and captures in a row. PUC `lstrlib.c`.
print(#string.match(("ab"):rep(2000), "^" .. ("ab"):rep(2000) .. "$")) --> 4000
print(("x"):rep(10):match(("x?"):rep(10) .. "$") == ("x"):rep(10)) --> true
print(#("a1b2"):rep(100):match(("%a%d"):rep(200)), #("a1b2"):rep(100):match(("[a-z][0-9]"):rep(200))) --> 400	400
print(("abc"):rep(50):find(("(abc)"):rep(20))) --> 1	60	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc	abc
print((("x"):rep(5000) .. "y"):find(("x*"):rep(1) .. "y"), ("-"):rep(3000):match(("%-"):rep(3000)) == ("-"):rep(3000)) --> 1	true
