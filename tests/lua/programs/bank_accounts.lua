-- Objects by closures and by metatables.
local function account(balance)
  local self = {}
  function self.deposit(v) if v <= 0 then error("invalid amount", 2) end balance = balance + v return self end
  function self.withdraw(v) if v > balance then error({ code = "insufficient", need = v - balance }) end balance = balance - v return self end
  function self.balance() return balance end
  return self
end
local a = account(100)
a.deposit(50).withdraw(30)
print(a.balance()) --> 120
print(pcall(a.deposit, -1)) --> false	invalid amount
print(pcall(function() a.deposit(-1) end)) --> false	programs/bank_accounts.lua:13: invalid amount
local ok, e = pcall(a.withdraw, 1000)
print(ok, e.code, e.need) --> false	insufficient	880
local Account = {} Account.__index = Account
Account.new = function(b) return setmetatable({ b = b or 0 }, Account) end
function Account:deposit(v) self.b = self.b + v return self end
local Savings = setmetatable({}, { __index = Account })
Savings.__index = Savings
Savings.new = function(b, rate) local o = Account.new(b) o.rate = rate return setmetatable(o, Savings) end
function Savings:interest() return self:deposit(self.b * self.rate) end
print(Savings.new(100, 0.05):interest():deposit(10).b) --> 115
print(pcall(function() Account.new(1):interest() end)) --> false	programs/bank_accounts.lua:24: attempt to call method 'interest' (a nil value)
