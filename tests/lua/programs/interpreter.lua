-- A tiny stack machine with its assembler.
local function assemble(src)
  local code, labels = {}, {}
  for line in src:gmatch("[^\n]+") do
    line = line:gsub("#.*", "")
    local label = line:match("^%s*(%a+):%s*$")
    if label then
      labels[label] = #code + 1
    else
      local op, argument = line:match("^%s*(%a+)%s*(%S*)")
      if op then
        code[#code + 1] = { op, tonumber(argument) or argument }
      end
    end
  end
  for _, i in ipairs(code) do
    if labels[i[2]] then
      i[2] = labels[i[2]]
    end
  end
  return code
end
local function run(code)
  local stack, vars, pc, out, steps = {}, {}, 1, {}, 0
  local function pop() local v = table.remove(stack) if v == nil then error("stack underflow at " .. pc - 1, 0) end return v end
  local ops = { push = function(a) stack[#stack + 1] = a end, add = function() local b, a = pop(), pop() stack[#stack + 1] = a + b end, sub = function() local b, a = pop(), pop() stack[#stack + 1] = a - b end, mul = function() local b, a = pop(), pop() stack[#stack + 1] = a * b end, print = function() out[#out + 1] = tostring(pop()) end, store = function(a) vars[a] = pop() end, load = function(a) stack[#stack + 1] = vars[a] or error("no variable " .. a, 0) end, jmp = function(a) pc = a end, jz = function(a) if pop() == 0 then pc = a end end }
  while code[pc] do local i = code[pc] pc = pc + 1 steps = steps + 1 local f = ops[i[1]] or error("unknown operation " .. i[1], 0) f(i[2]) end
  return table.concat(out, " "), steps
end
print(run(assemble [[ --> 120	63
  push 5
  store n
  push 1
  store f
loop:
  load n
  jz end
  load f
  load n
  mul
  store f
  load n
  push 1
  sub
  store n
  jmp loop
end:
  load f
  print   # the factorial
]]))
print(pcall(run, assemble "add")) --> false	stack underflow at 1
print(pcall(run, assemble "push 1\nbogus")) --> false	unknown operation bogus
print(pcall(run, assemble "load x")) --> false	no variable x
