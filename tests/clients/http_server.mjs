// SPDX-License-Identifier: MIT
// A server in a process of its own, which says on its first line where it listens.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export async function startServer(command, args, env = process.env) {
  const server = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => server.kill('SIGKILL');
  process.on('exit', kill); // whatever happens, no server stays behind
  const ended = new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const url = await Promise.race([
    ended.then((code) => assert.fail(`${command} ended with ${code} before it listened`)),
    new Promise((resolve) => {
      createInterface(server.stdout).on('line', (line) => {
        const [, address] = /^listening on (http:\S+)$/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      });
    }),
  ]);
  // SIGTERM ends it, without a complaint.
  const stop = async () => {
    server.kill('SIGTERM');
    assert.equal(await ended, 0, `${command} after SIGTERM`);
    process.off('exit', kill);
  };
  return { url, stop };
}
