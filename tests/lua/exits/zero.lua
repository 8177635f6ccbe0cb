-- `os.exit()` ends with status 0. Lua 5.1 manual §5.8.
print("leaving") --> leaving
os.exit()
print("never")
