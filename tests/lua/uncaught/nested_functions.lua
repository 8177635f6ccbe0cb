-- The traceback names locals, upvalues, globals and fields. PUC `ldblib.c`, `db_errorfb`.
local function inner(x) return x.field + 1 end --! attempt to perform arithmetic on field 'field' (a nil value)
local function middle(x) local r = inner(x) return r end
function global_function(x) local r = middle(x) return r end
local lib = { call = function(x) local r = global_function(x) return r end }
print("start") --> start
lib.call({})
