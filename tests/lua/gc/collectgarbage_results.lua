-- What each option of `collectgarbage` answers. Lua 5.1 manual §5.1.
print(collectgarbage(), collectgarbage("collect")) --> 0	0
print(collectgarbage("stop"), collectgarbage("restart")) --> 0	0
print(type(collectgarbage("count")), collectgarbage("count") > 0, collectgarbage("count") % 1 ~= nil) --> number	true	true
print(collectgarbage("setpause", 150), collectgarbage("setpause", 200)) --> 200	150
print(collectgarbage("setstepmul", 300), collectgarbage("setstepmul", 200)) --> 200	300
print(type(collectgarbage("step")), type(collectgarbage("step", 100))) --> boolean	boolean
print(collectgarbage("step", 1e7)) --> true
print(pcall(collectgarbage, "bogus")) --> false	bad argument #1 to '?' (invalid option 'bogus')
print(pcall(collectgarbage, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(collectgarbage, "step", "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(collectgarbage, nil)) --> true	0
print(type(gcinfo()), gcinfo() > 0, gcinfo() % 1 == 0) --> number	true	true
