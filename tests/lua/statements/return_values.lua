-- `return` gives any number of values and must be last. Lua 5.1 manual §2.4.4.
local function none() return end
local function one() return 1 end
local function three() return 1, 2, 3 end
print(none()) -->
print((none())) --> nil
print(one(), three()) --> 1	1	2	3
print(three(), one()) --> 1	1
print((three())) --> 1
print(({ three(), three() })[4], #{ three(), three() }) --> 3	4
print(select("#", none()), select("#", none(), none()), select("#", (none()))) --> 0	1	1
do return print("early") end
print("never")
