-- A comment that never ends. PUC `llex.c`, `read_long_string`.
print("never")
--[==[
this goes on ]] and on
]=] and on
