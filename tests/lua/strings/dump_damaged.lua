-- A precompiled chunk that was cut short. PUC `lundump.c`.
local code = string.dump(function() return 1 end)
print(loadstring(code:sub(1, 5), "=cut")) --> nil	cut: unexpected end in precompiled chunk
print(loadstring("\27Lua", "=cut")) --> nil	cut: unexpected end in precompiled chunk
print(loadstring("\27", "=cut")) --> nil	cut: unexpected end in precompiled chunk
print(loadstring("\27XYZ" .. ("\0"):rep(20), "=bad")) --> nil	bad: bad header in precompiled chunk
print((loadstring(code:sub(1, 30), "=cut"))) --> nil
print(type(loadstring(code))) --> function
