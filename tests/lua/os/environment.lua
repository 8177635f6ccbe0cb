-- `getenv`, `clock`, `setlocale`. Lua 5.1 manual §5.8.
print(os.getenv("REDMOON_SURELY_NOT_SET"), type(os.getenv("PATH"))) --> nil	string
print(pcall(os.getenv)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(os.getenv, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(type(os.clock()), os.clock() >= 0) --> number	true
print(os.setlocale(), os.setlocale(nil), os.setlocale("C"), os.setlocale(nil, "numeric"), os.setlocale("no-such-locale")) --> C	C	C	C	nil
print(pcall(os.setlocale, "C", "bad")) --> false	bad argument #2 to '?' (invalid option 'bad')
print(pcall(os.setlocale, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(os.getenv("")) --> nil
