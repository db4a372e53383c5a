// SPDX-License-Identifier: MIT
// A process of a test, which does not outlive it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));

// `ended` gives the exit code or the signal; `stop` sends SIGTERM and expects 0.
export function startChild(command, args, { env = process.env, stdout = 'inherit' } = {}) {
  const child = spawn(command, args, { env, stdio: ['ignore', stdout, 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    assert.equal(await ended, 0, `${command} after SIGTERM`);
    process.off('exit', kill);
  };
  return { child, ended, stop };
}
