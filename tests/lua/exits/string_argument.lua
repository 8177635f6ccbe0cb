-- A string that reads as a number will do; another is an argument error.
print(pcall(os.exit, "x")) --> false	bad argument #1 to '?' (number expected, got string)
print(pcall(os.exit, {})) --> false	bad argument #1 to '?' (number expected, got table)
os.exit("2")
