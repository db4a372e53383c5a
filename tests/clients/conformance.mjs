// SPDX-License-Identifier: MIT
// The official suite against the server that has everything that it calls: nothing may fail, warn, be
// skipped or be missing. The counts go to a file, from which conformance_page.mjs makes the page.
//
//     conformance.mjs SERVER COUNTS.json
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { complaints, count, requiredScenarios, runSet, sets } from './conformance_suite.mjs';
import { startServer } from './http_server.mjs';

const [command, countsFile] = process.argv.slice(2);

// The suite has it as a name only: it waits for a change of the suite's own.
const skippedBySuite = 'tasks-status-notifications';

function findings(set, required, { code, output, scenarios }) {
  const found = required.filter((name) => !scenarios.has(name)).map((name) => `${set.name} ${name}: was not run`);
  if (code !== 0) found.push(`${set.name}: the suite ended with ${code}\n${output}`);
  if (scenarios.size === 0) found.push(`${set.name}: no scenario was run`);
  for (const [name, checks] of scenarios) {
    const excused = name === skippedBySuite ? { [skippedBySuite]: 'skipped' } : {};
    found.push(...complaints(set, name, checks, excused));
    if (name === skippedBySuite) {
      assert.deepEqual(count(checks), { passed: 0, failed: 0, skipped: 1 }, name);
    } else if (count(checks).passed === 0) {
      found.push(`${set.name} ${name}: nothing was checked`);
    }
  }
  return found;
}

const found = [];
const counts = {};
const server = await startServer(command, ['0']);
for (const set of sets) {
  const required = requiredScenarios(set);
  const run = await runSet(set, server.url);
  found.push(...findings(set, required, run));
  counts[set.name] = {};
  for (const [name, checks] of run.scenarios) {
    const isScored = required.length === 0 || required.includes(name);
    counts[set.name][name] = { ...count(checks), isScored };
  }
}
await server.stop();
writeFileSync(countsFile, JSON.stringify(counts, null, 1));
assert.deepEqual(found, []);
