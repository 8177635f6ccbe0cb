-- A malformed pattern in a method call.
local s = ("x"):gsub("[a", "") --! malformed pattern (missing ']')
