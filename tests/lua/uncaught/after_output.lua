-- Output before the error is complete, also without a newline.
io.write("partial line") --> partial line
io.stdout:write(" and more") -->  and more
error("stop") --! stop
