-- Loops whose condition has side effects and jumps. Lua 5.1 manual §2.4.4.
local i, j = 0, 10
while i < j and (i % 7 ~= 6 or j > 8) do i = i + 1 j = j - 0.5 end
print(i, j) --> 6	7
local list = { 5, 3, 8, false, 1 }
local k = 1
while list[k] do k = k + 1 end
print(k) --> 4
repeat k = k - 1 until not list[k] or list[k] == 3 or k == 0
print(k) --> 2
local line = 0
local function readline() line = line + 1 return line < 4 and "line " .. line or nil end
local text
repeat text = readline() if text then io.write(text, ";") end until not text --> line 1;line 2;line 3;
print() -->
