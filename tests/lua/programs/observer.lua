-- Events with handlers that unsubscribe and fail.
local function emitter()
  local handlers = {}
  return {
    on = function(f)
      handlers[#handlers + 1] = f
      return function()
        for i, h in ipairs(handlers) do
          if h == f then
            table.remove(handlers, i)
            return true
          end
        end
        return false
      end
    end,
    emit = function(...)
      local errors = {}
      for _, h in ipairs({ unpack(handlers) }) do
        local ok, e = pcall(h, ...)
        if not ok then
          errors[#errors + 1] = e
        end
      end
      return #handlers, errors
    end,
  }
end
local e = emitter()
local off = e.on(function(...) print("first", ...) end)
e.on(function(x) if x == "bad" then error("handler refused " .. x, 0) end print("second", x) end)
local n, errors = e.emit("hello", 1) --> first	hello	1 --> second	hello
print(n, #errors) --> 2	0
n, errors = e.emit("bad") print(n, errors[1]) --> first	bad --> 2	handler refused bad
print(off(), off()) --> true	false
n, errors = e.emit("again") print(n, #errors) --> second	again --> 1	0
