-- A module that counts how often it is loaded.
counter_loaded = (counter_loaded or 0) + 1
module(..., package.seeall) --! bad argument #1 to 'module' (string expected, got nil)
function next_value() n = (n or 0) + 1 return n end
