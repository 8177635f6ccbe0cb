-- `os.exit` with an error status after a message of our own.
local ok, message = pcall(error, "fatal", 0)
io.stderr:write("program: ", message, "\n")
os.exit(ok and 0 or 70)
