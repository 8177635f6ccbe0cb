-- An unfinished string ends at its line. PUC `llex.c`, `read_string`.
print("never printed")
local s = "unfinished
print(s)
