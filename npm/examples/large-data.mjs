// A large set of data stays in JavaScript; Lua reads and writes it where it is, and nothing is copied as a whole.

import { Redmoon } from 'redmoon';

const rm = await Redmoon.create();

const stars = rm.ext.table('stars', new Map());
for (let at = 0; at < 100_000; at++) stars.set(`star ${at}`, { magnitude: (at * 7919) % 1000, name: `HD ${at}` });

const { values } = await rm.lua(`
  local stars = ext.table('stars')
  local bright, total = {}, 0
  for key, star in pairs(stars) do
    total = total + star.magnitude
    if star.magnitude < 2 then bright[#bright + 1] = key end
  end
  -- What is written is in the Map at once.
  for _, key in ipairs(bright) do
    local star = stars[key]
    star.isBright = true
    stars[key] = star
  end
  stars['star 0'] = nil
  return #stars, total, #bright
`);
console.log('items, sum, bright:', values.join(' '));
console.log('star 1000 as JavaScript sees it:', stars.get('star 1000').name, stars.get('star 1000').isBright);
console.log('star 0 is there:', stars.has('star 0'));
rm.dispose();

// Prints:
//   items, sum, bright: 99999 49950000 200
//   star 1000 as JavaScript sees it: HD 1000 true
//   star 0 is there: false
