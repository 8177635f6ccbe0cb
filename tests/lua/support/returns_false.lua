-- A module that returns false.
return false
