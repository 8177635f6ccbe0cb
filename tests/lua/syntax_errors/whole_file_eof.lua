-- The end of the file is `<eof>`. PUC `lparser.c`.
local function f()
  if true then
    print("never printed")
end
