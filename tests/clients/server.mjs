// Starts the server that the tests talk to: `redmoon serve`, or with TARGET=redis-server a real one, which
// shows that a test asks for what Redis does.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const PROGRAM =
  process.env.REDMOON ?? fileURLToPath(new URL("../../target/debug/redmoon", import.meta.url));

/** Whether the tests run against a real server. */
export const isReal = process.env.TARGET === "redis-server";

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts the server to test; `{ port, stop }`. */
export const start = (options = []) => launch(isReal, options);

/** Starts a real server to compare with; nothing where there is none. */
export const startReal = () =>
  launch(true, []).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });

async function launch(isReal, options) {
  const port = await freePort();
  const [program, args] = isReal
    ? ["redis-server", ["--save", "", "--appendonly", "no"]]
    : [PROGRAM, ["serve"]];
  const child = spawn(program, [...args, "--port", String(port), "--bind", "127.0.0.1", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = isReal ? /Ready to accept connections/ : /listens at/;
  await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
      if (ready.test(text)) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}: ${text}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", resolve);
      child.kill("SIGTERM");
    });
  return { port, stop };
}

/** Waits until `condition` holds. */
export async function until(condition, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
