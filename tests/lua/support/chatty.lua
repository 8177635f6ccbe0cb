-- A module that shows what it was given.
if select("#", ...) > 0 then print("loading", ...) end
