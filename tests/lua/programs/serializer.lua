-- Tables written as Lua source and read back.
local function serialize(v, indent, seen)
  indent, seen = indent or "", seen or {}
  if type(v) == "string" then return ("%q"):format(v) end
  if type(v) ~= "table" then return tostring(v) end
  if seen[v] then error("cycle", 0) end
  seen[v] = true
  local keys, out = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) if type(a) == type(b) then return a < b end return type(a) < type(b) end)
  for _, k in ipairs(keys) do out[#out + 1] = ("%s  [%s] = %s,\n"):format(indent, serialize(k), serialize(v[k], indent .. "  ", seen)) end
  seen[v] = nil
  return "{\n" .. table.concat(out) .. indent .. "}"
end
local data = { 1, "two", { nested = true, list = { 1.5, -2 } }, key = "with \"quotes\" and\nnewline", [10] = false }
local text = serialize(data)
print(text)
local back = loadstring("return " .. text)()
print(back[2], back[3].list[1], back.key == data.key, back[10], serialize(back) == text) --> two	1.5	true	false	true
local loop = {} loop.self = loop
print(pcall(serialize, loop)) --> false	cycle
