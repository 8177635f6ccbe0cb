-- A small picture of the Mandelbrot set.
for y = -1.2, 1.2, 0.2 do
  local row = {}
  for x = -2, 0.6, 0.06 do
    local zr, zi, n = 0, 0, 0
    while zr * zr + zi * zi < 4 and n < 40 do zr, zi, n = zr * zr - zi * zi + x, 2 * zr * zi + y, n + 1 end
    row[#row + 1] = n == 40 and "#" or n > 8 and "+" or n > 4 and "." or " "
  end
  print((table.concat(row):gsub("%s+$", "")))
end
