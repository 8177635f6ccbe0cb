-- A small JSON encoder and decoder.
local function encode(v)
  local t = type(v)
  if t == "nil" then return "null" elseif t == "boolean" or t == "number" then return tostring(v)
  elseif t == "string" then return '"' .. v:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
  elseif t == "table" then
    local r = {}
    if #v > 0 then for i, x in ipairs(v) do r[i] = encode(x) end return "[" .. table.concat(r, ",") .. "]" end
    local keys = {} for k in pairs(v) do keys[#keys + 1] = k end table.sort(keys)
    for _, k in ipairs(keys) do r[#r + 1] = encode(k) .. ":" .. encode(v[k]) end
    return "{" .. table.concat(r, ",") .. "}"
  end
  error("cannot encode a " .. t, 0)
end
local function decode(s)
  local pos = 1
  local value
  local function skip() pos = s:find("%S", pos) or #s + 1 end
  local function fail(m) error(m .. " at " .. pos, 0) end
  function value()
    skip()
    local c = s:sub(pos, pos)
    if c == "{" then
      local r = {} pos = pos + 1 skip()
      if s:sub(pos, pos) == "}" then pos = pos + 1 return r end
      while true do
        local k = value() skip()
        if s:sub(pos, pos) ~= ":" then fail("':' expected") end
        pos = pos + 1 r[k] = value() skip()
        local d = s:sub(pos, pos) pos = pos + 1
        if d == "}" then return r elseif d ~= "," then pos = pos - 1 fail("'}' expected") end
      end
    elseif c == "[" then
      local r = {} pos = pos + 1 skip()
      if s:sub(pos, pos) == "]" then pos = pos + 1 return r end
      while true do
        r[#r + 1] = value() skip()
        local d = s:sub(pos, pos) pos = pos + 1
        if d == "]" then return r elseif d ~= "," then pos = pos - 1 fail("']' expected") end
      end
  elseif c == '"' then
    local str, e = s:match('^"([^"]*)"()', pos)
    if not str then
      fail("string expected")
    end
    pos = e
    return (str:gsub("\\u00(%x%x)", function(h) return string.char(tonumber(h, 16)) end))
    end
    local num, e = s:match("^(-?%d+%.?%d*[eE]?[+-]?%d*)()", pos)
    if num then pos = e return tonumber(num) end
    for _, w in ipairs { "true", "false", "null" } do
      if s:sub(pos, pos + #w - 1) == w then
        pos = pos + #w
        if w == "true" then
          return true
        elseif w == "false" then
          return false
        end
        return nil
      end
    end
    fail("unexpected '" .. c .. "'")
  end
  local r = value() skip()
  if pos <= #s then fail("trailing text") end
  return r
end
local text = encode { name = "Lua", version = 5.1, list = { 1, 2, { x = true } }, quote = 'a "b"\n', empty = {} }
print(text) --> {"empty":{},"list":[1,2,{"x":true}],"name":"Lua","quote":"a \u0022b\u0022\u000a","version":5.1}
print(encode(decode(text)) == text) --> true
print(encode(decode(' { "a" : [ 1 , -2.5e3 , "x" , null ] } '))) --> {"a":[1,-2500,"x"]}
for _, bad in ipairs { "{", "[1,", "[1 2]", '{"a" 1}', "tru", "", "[1]x", '"abc' } do print(bad, pcall(decode, bad)) end
print(pcall(encode, { f = print })) --> false	cannot encode a function
