-- A chunk that returns a value still ends with status 0.
print("done") --> done
return 5
