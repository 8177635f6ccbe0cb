-- stops: error stack overflow
function run() local x = loadstring("local y = run() return y")() return x end
run()
