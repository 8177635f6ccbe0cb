-- stops: fuel
load(function() return "          " end)
