-- `os.exit(3)` from inside functions, pcall and coroutines. Lua 5.1 manual §5.8.
io.write("no newline") --> no newline
pcall(function() coroutine.wrap(function() os.exit(3) end)() end)
print("never")
