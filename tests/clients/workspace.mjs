// SPDX-License-Identifier: MIT
// A workspace of its own for one session, made by loopctl.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function makeWorkspace(loopctl) {
  const top = mkdtempSync(join(tmpdir(), 'loop-client-'));
  const root = join(top, 'workspace');
  mkdirSync(root);
  // Nothing of the person who runs the tests is read or written.
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: top, LANG: 'C.UTF-8' };
  const run = (...words) => execFileSync(loopctl, ['-C', root, ...words], { env, encoding: 'utf8' });
  run('init');
  run('trust', '--yes');
  writeFileSync(join(root, 'TODO.md'), '# Next\n- [ ] write the parser\n');
  // A run that was cancelled may still be ending.
  return { root, env, run, remove: () => rmSync(top, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }) };
}
