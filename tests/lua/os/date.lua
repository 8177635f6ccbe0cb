-- `os.date` of a fixed time, in UTC. Lua 5.1 manual §5.8.
print(os.date("!%Y-%m-%d %H:%M:%S", 0)) --> 1970-01-01 00:00:00
print(os.date("!%Y-%m-%d %H:%M:%S", 1234567890)) --> 2009-02-13 23:31:30
print(os.date("!%a %A %b %B %d %j %p %I %y %w %x %X %%", 951782400)) --> Tue Tuesday Feb February 29 060 AM 12 00 2 02/29/00 00:00:00 %
print(os.date("!%c", 86400 * 365)) --> Fri Jan  1 00:00:00 1971
print(os.date("!%H", 3600 * 5 + 59)) --> 05
local t = os.date("!*t", 1e9)
print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst) --> 2001	9	9	1	46	40	1	252	false
print(os.date("!", 0) == "", os.date("!plain", 0), #os.date("!%c", 0)) --> true	plain	24
print(os.date("!%Y", -1), os.date("!%Y-%m-%d", 2^31)) --> 1969	2038-01-19
print(pcall(os.date, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(os.date, "!%Y", "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(os.date("!%d/%m/%y", "86400"), os.date("!%H:%M", 0.9)) --> 02/01/70	00:00
print(type(os.date()), #os.date("%Y")) --> string	4
