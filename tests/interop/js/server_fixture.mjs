// Starts socketio-fixture or engineio-fixture for a test.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const programs = process.env.UPLOADPROTO_PROGRAMS ?? new URL("../../../build/bin", import.meta.url).pathname;

/** A server with a profile, on a free port or a given one; `stop` asks it to end and expects that it ends well. */
export async function startFixture(program, profile, port = 0) {
  const child = spawn(join(programs, program), ["--profile", profile, "--port", String(port)],
                      { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  const { url } = JSON.parse(line);
  return {
    url,
    port: Number(new URL(url).port),
    async stop() {
      child.kill();
      const [code] = await once(child, "exit");
      assert.equal(code, 0);
    },
  };
}
