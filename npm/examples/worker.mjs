// A worker for the edge, as Cloudflare and others run them: it evaluates the Lua that it is sent, within limits.
//
// There, `redmoon` finds its module by itself, since wrangler and workerd hand imported .wasm files over compiled.

import { Redmoon, RedmoonError } from 'redmoon';

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('send a Lua script\n', { status: 405 });
    // One for each request: it starts in a millisecond, and what one visitor does no other one sees.
    const rm = await Redmoon.create({ limits: { timeMs: 50, fuel: 10_000_000, memory: '16mb' } });
    try {
      const reply = await rm.eval(await request.text(), { args: [new URL(request.url).searchParams.get('name') ?? 'nobody'] });
      return Response.json({ reply, fuel: rm.fuelUsed });
    } catch (error) {
      if (!(error instanceof RedmoonError)) throw error;
      const { kind, message, line } = error;
      return Response.json({ kind, message, line }, { status: error.isLimit ? 429 : 400 });
    } finally {
      rm.dispose();
    }
  },
};
