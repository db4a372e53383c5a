// SPDX-License-Identifier: MIT
// A server in a process of its own, which says on its first line where it listens.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';

import { startChild } from './child.mjs';

export async function startServer(command, args, env) {
  const { child, ended, stop } = startChild(command, args, { env, stdout: 'pipe' });
  const url = await Promise.race([
    ended.then((code) => assert.fail(`${command} ended with ${code} before it listened`)),
    new Promise((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        const [, address] = /^listening on (http:\S+)$/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      });
    }),
  ]);
  return { url, stop };
}
