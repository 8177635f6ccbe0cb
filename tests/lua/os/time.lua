-- `os.time` of a table, normalised; independent of the time zone. Lua 5.1 manual §5.8.
local base = os.time { year = 2024, month = 1, day = 15, hour = 12 }
print(os.time { year = 2024, month = 1, day = 16, hour = 12 } - base) --> 86400
print(os.time { year = 2024, month = 1, day = 15 } == base) --> true
print(os.time { year = 2024, month = 1, day = 15, hour = 12, min = 30, sec = 15 } - base) --> 1815
print(os.time { year = 2023, month = 13, day = 15, hour = 12 } == base) --> true
print(os.date("%Y-%m-%d %H:%M:%S", os.time { year = 2024, month = 2, day = 30, hour = 10, min = 70 })) --> 2024-03-01 11:10:00
print(os.date("%Y-%m-%d", os.time { year = 2024, month = 3, day = 0 })) --> 2024-02-29
print(os.time { year = "2024", month = "1", day = "15" } == base) --> true
print(os.difftime(base + 10, base), os.difftime(5, 10), os.difftime(5)) --> 10	-5	5
local t = os.date("*t", base)
print(t.year, t.month, t.day, t.hour, os.time(t) == base) --> 2024	1	15	12	true
print(pcall(os.time, {})) --> false	field 'day' missing in date table
print(pcall(os.time, { year = 2024 })) --> false	field 'day' missing in date table
print(pcall(os.time, { year = 2024, month = 1 })) --> false	field 'day' missing in date table
print(pcall(os.time, { year = "x", month = 1, day = 1 })) --> false	field 'year' missing in date table
print(pcall(os.time, 5)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(os.difftime)) --> false	bad argument #1 to '?' (number expected, got no value)
print(type(os.time()), os.time() % 1, os.time(nil) >= base) --> number	0	true
