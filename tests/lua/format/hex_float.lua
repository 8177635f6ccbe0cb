-- `%a` is unknown to 5.1. PUC `lstrlib.c`, `str_format`.
print(pcall(string.format, "%a", 1)) --> false	invalid option '%a' to 'format'
print(pcall(string.format, "%A", 1)) --> false	invalid option '%A' to 'format'
print(pcall(string.format, "%F", 1)) --> false	invalid option '%F' to 'format'
print(pcall(string.format, "%p", {})) --> false	invalid option '%p' to 'format'
