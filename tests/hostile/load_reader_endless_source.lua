-- stops: memory
assert(load(function() return "x = 'some text of the source' " end))
