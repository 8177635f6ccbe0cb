-- An error in a callback of `string.gsub`. PUC `lstrlib.c`.
local function shout(word)
  if word == "stop" then error("told to " .. word) end --! told to stop
  return word:upper()
end
print(("go on"):gsub("%a+", shout)) --> GO ON	2
print(("go and stop"):gsub("%a+", shout))
