-- Filling and justifying paragraphs.
local text = "Lua is a powerful, efficient, lightweight, embeddable scripting language. It supports procedural programming, object-oriented programming, functional programming, data-driven programming, and data description."
local function fill(s, width)
  local lines, line = {}, ""
  for w in s:gmatch("%S+") do
    if #line + #w + 1 > width and line ~= "" then
      lines[#lines + 1] = line
      line = w
    else
      line = line == "" and w or line .. " " .. w
    end
  end
  lines[#lines + 1] = line
  return lines
end
for _, l in ipairs(fill(text, 40)) do print("|" .. l .. (" "):rep(40 - #l) .. "|") end
local function justify(l, width)
  local gaps = select(2, l:gsub(" ", " "))
  local extra, n = width - #l, 0
  return (l:gsub(" ", function() n = n + 1 return (" "):rep(1 + math.floor(extra * n / gaps) - math.floor(extra * (n - 1) / gaps)) end))
end
for i, l in ipairs(fill(text, 34)) do print(i, justify(l, 34)) end
print(("%-10s|%10s|"):format("left", "right")) --> left      |     right|
