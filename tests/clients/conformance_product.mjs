// SPDX-License-Identifier: MIT
// The official suite against loop-mcp, which has tools, resources and prompts of its own and none of
// those that most scenarios call by name. Each scenario of the two requirement sets is either said to
// apply, and passes, or is left out for a reason that stands here.
//
//     conformance_product.mjs LOOP_MCP LOOPCTL COUNTS.json
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { complaints, count, requiredScenarios, runSet, sets } from './conformance_suite.mjs';
import { startServer } from './http_server.mjs';
import { makeWorkspace } from './workspace.mjs';

const applies = [
  'server-initialize', 'server-session-lifecycle', 'server-stateless', 'ping', 'logging-set-level', 'tools-list',
  'resources-list', 'prompts-list', 'dns-rebinding-protection', 'server-sse-multiple-streams', 'caching',
  'http-header-validation', 'sep-2164-resource-not-found', 'input-required-result-unsupported-methods',
];

// Checks inside of those that need what the product has not.
const excused = {
  'server-stateless': {
    'sep-2575-server-rejects-undeclared-capability': 'no tool needs a capability of the client',
    'sep-2575-missing-capability-http-400': 'no tool needs a capability of the client',
    'sep-2575-http-server-no-independent-requests-on-stream': 'no tool asks the user',
    'sep-2575-server-no-log-without-loglevel': 'wants a tool that logs, by name',
    'sep-2575-server-sends-tools-list-changed-on-subscription': 'the list of tools does not change',
    'sep-2575-server-sends-prompts-list-changed-on-subscription': 'the list of prompts does not change',
  },
};

const leftOut = [
  [/^tools-call-/, 'calls tools by name'],
  [/^json-schema-2020-12$/, 'wants a tool by name'],
  [/^elicitation-/, 'calls tools that ask the user; none does'],
  [/^input-required-result-/, 'calls tools and a prompt that ask the user; none does'],
  [/^resources-(read|templates|subscribe|unsubscribe)/, 'names resources'],
  [/^prompts-get-/, 'names prompts'],
  [/^completion-complete$/, 'completes an argument of a prompt by name'],
  [/^server-sse-polling$/, 'calls a tool that closes its stream; none does'],
  [/^http-custom-header-server-validation$/, 'wants a tool with `x-mcp-header`; none has one'],
  [/^tasks-/, 'calls tools by name'],
];

const reasonFor = (name) => leftOut.find(([pattern]) => pattern.test(name))?.[1];

function judge(set, name, checks) {
  const isWrong = ({ id, status }) => id === 'wire-schema-valid' && status !== 'SUCCESS';
  if (!applies.includes(name)) {
    if (reasonFor(name) === undefined) return [`${set.name} ${name}: neither applies nor has a reason not to`];
    return checks.filter(isWrong).map((check) => `${set.name} ${name}: ${JSON.stringify(check)}`);
  }
  const found = complaints(set, name, checks, excused[name]);
  if (count(checks).passed === 0) found.push(`${set.name} ${name}: nothing was checked`);
  for (const id of Object.keys(excused[name] ?? {})) {
    const check = checks.find((known) => known.id === id);
    if (check === undefined || check.status === 'SUCCESS') found.push(`${set.name} ${name}: ${id} needs no excuse`);
  }
  return found;
}

const [command, loopctl, countsFile] = process.argv.slice(2);
const found = [];
const counts = {};
const workspace = makeWorkspace(loopctl);
try {
  const server = await startServer(command, ['-C', workspace.root, '--http', '127.0.0.1:0'], workspace.env);
  for (const set of sets.filter(({ required }) => required !== undefined)) {
    const { scenarios } = await runSet(set, server.url);
    const missing = requiredScenarios(set).filter((name) => !scenarios.has(name));
    found.push(...missing.map((name) => `${set.name} ${name}: was not run`));
    counts[set.name] = {};
    for (const [name, checks] of scenarios) {
      found.push(...judge(set, name, checks));
      const given = applies.includes(name)
        ? { ...count(checks.filter(({ id }) => !(id in (excused[name] ?? {})))), excused: excused[name] }
        : { reason: reasonFor(name) };
      counts[set.name][name] = given;
    }
  }
  await server.stop();
  const run = new Set(Object.values(counts).flatMap(Object.keys));
  found.push(...applies.filter((name) => !run.has(name)).map((name) => `${name}: is in no set`));
} finally {
  workspace.remove();
}
writeFileSync(countsFile, JSON.stringify(counts, null, 1));
assert.deepEqual(found, []);
