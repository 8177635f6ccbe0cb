-- Names of fields whose value does not fit the operation, in chains and loops.
local config = { limits = { max = "many" }, list = { 1, 2, "x" } }
print(pcall(function() return config.limits.max * 2 end)) --> false	errors/arithmetic_on_index_results.lua:3: attempt to perform arithmetic on field 'max' (a string value)
print(pcall(function() return config.limits.min * 2 end)) --> false	errors/arithmetic_on_index_results.lua:4: attempt to perform arithmetic on field 'min' (a nil value)
print(pcall(function() local s = 0 for i = 1, 3 do s = s + config.list[i] end return s end))
print(pcall(function() local s = 0 for _, v in ipairs(config.list) do s = s + v end end))
print(pcall(function() return config.list[4] + 1 end)) --> false	errors/arithmetic_on_index_results.lua:7: attempt to perform arithmetic on field '?' (a nil value)
print(pcall(function() return #config.missing end)) --> false	errors/arithmetic_on_index_results.lua:8: attempt to get length of field 'missing' (a nil value)
print(pcall(function() return config.limits.max.deep.deeper end)) --> false	errors/arithmetic_on_index_results.lua:9: attempt to index field 'deep' (a nil value)
print(pcall(function() return config.limits:max() end)) --> false	errors/arithmetic_on_index_results.lua:10: attempt to call method 'max' (a string value)
print(pcall(function() config.count = config.count + 1 end)) --> false	errors/arithmetic_on_index_results.lua:11: attempt to perform arithmetic on field 'count' (a nil value)
print(pcall(function() counter = counter + 1 end)) --> false	errors/arithmetic_on_index_results.lua:12: attempt to perform arithmetic on global 'counter' (a nil value)
print(pcall(function() config.list[#config.list + 1].x = 1 end)) --> false	errors/arithmetic_on_index_results.lua:13: attempt to index field '?' (a nil value)
print(pcall(function() return -config.limits end)) --> false	errors/arithmetic_on_index_results.lua:14: attempt to perform arithmetic on field 'limits' (a table value)
