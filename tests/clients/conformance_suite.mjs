// SPDX-License-Identifier: MIT
// @modelcontextprotocol/conformance: which scenarios a set has, and how a server does in them.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const suite = fileURLToPath(new URL('./node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));

// The sets that are run, as words for the suite. `required` is how many scenarios a revision asks of
// a server: frozen at its release, so another number is another suite.
export const sets = [
  { name: '2025-03-26', words: ['--suite', 'all', '--spec-version', '2025-03-26'] },
  { name: '2025-06-18', words: ['--suite', 'all', '--spec-version', '2025-06-18'] },
  { name: '2025-11-25', words: ['--requirements', '2025-11-25'], required: 30 },
  { name: '2026-07-28', words: ['--requirements', '2026-07-28'], required: 37 },
  { name: 'all', words: ['--suite', 'all'] },
];

// The names of the scenarios that the set requires of a server.
export function requiredScenarios(set) {
  if (set.required === undefined) return [];
  const text = execFileSync(process.execPath, [suite, 'list', ...set.words], { encoding: 'utf8' });
  const server = text.split('Client scenarios')[0];
  const names = [...server.matchAll(/^ {2}- (\S+)$/gm)].map(([, name]) => name);
  assert.equal(names.length, set.required, text);
  return names;
}

const folderName = /^server-(.*)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;

// Runs a set against the server at `url`: its exit code, what it printed, and the checks of each
// scenario.
export async function runSet(set, url) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const run = spawn(process.execPath, [suite, 'server', '--url', url, ...set.words, '-o', folder]);
    let output = '';
    for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    const code = await new Promise((resolve, reject) => run.once('error', reject).once('close', resolve));
    const scenarios = new Map();
    for (const entry of readdirSync(folder).sort()) {
      const [, name] = folderName.exec(entry) ?? assert.fail(`what is ${entry}?`);
      assert.ok(!scenarios.has(name), `${name} is there twice`);
      scenarios.set(name, JSON.parse(readFileSync(join(folder, entry, 'checks.json'), 'utf8')));
    }
    return { code, output, scenarios };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function count(checks) {
  const of = (status) => checks.filter((check) => check.status === status).length;
  return { passed: of('SUCCESS'), failed: of('FAILURE') + of('WARNING'), skipped: of('SKIPPED') };
}

// Sentences about the checks that neither pass nor only inform; `excused` names those that may.
export function complaints(set, name, checks, excused = {}) {
  return checks
    .filter(({ id, status }) => !['SUCCESS', 'INFO'].includes(status) && !(id in excused))
    .map(({ id, status, errorMessage, description }) => `${set.name} ${name}: ${status} ${id}: ${errorMessage ?? description}`);
}
