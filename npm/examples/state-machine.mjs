// An order as a state machine in Lua: states and transitions are a table, waiting is a coroutine, and JavaScript sends events.

import { Redmoon, RedmoonError } from 'redmoon';

const rm = await Redmoon.create();

await rm.lua(`
  local transitions = {
    new     = {pay = 'paid', cancel = 'cancelled'},
    paid    = {ship = 'shipped', cancel = 'refunded'},
    shipped = {deliver = 'done'},
  }

  -- An order waits for its next event where it is, until no event leads on.
  local function order()
    local state = 'new'
    while transitions[state] do
      local event = coroutine.yield(state)
      local following = transitions[state][event]
      if not following then error({event = event, state = state}) end
      print(state .. ' --' .. event .. '--> ' .. following)
      state = following
    end
    return state
  end

  local orders = {}

  function send(id, event)
    if not orders[id] then
      orders[id] = coroutine.create(order)
      coroutine.resume(orders[id])
    end
    local ok, state = coroutine.resume(orders[id], event)
    if not ok and type(state) == 'table' then
      orders[id] = nil
      error('order ' .. id .. ' is ' .. state.state .. ' and cannot ' .. state.event, 0)
    end
    return state
  end
`);

/** Sends an event to an order; its state. What is printed goes on as it comes. */
async function send(id, event) {
  const call = `return send(${JSON.stringify(id)}, ${JSON.stringify(event)})`;
  return (await rm.lua(call, { onPrint: (text) => process.stdout.write(text) })).values[0];
}

await send('a', 'pay');
await send('b', 'cancel');
await send('a', 'ship');
console.log('a is', await send('a', 'deliver'));
try {
  await send('c', 'deliver');
} catch (error) {
  if (error instanceof RedmoonError) console.log(error.message);
}
rm.dispose();

// Prints:
//   new --pay--> paid
//   new --cancel--> cancelled
//   paid --ship--> shipped
//   shipped --deliver--> done
//   a is done
//   order c is new and cannot deliver
