// SPDX-License-Identifier: MIT
// docs/conformance.md, from the counts of the two servers. Fails when the page says something else;
// with LOOP_UPDATE in the environment it writes the page instead.
//
//     conformance_page.mjs COUNTS.json PRODUCT_COUNTS.json PAGE.md
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

const [fixtureFile, productFile, pageFile] = process.argv.slice(2);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const fixture = readJson(fixtureFile);
const product = readJson(productFile);
const { version } = readJson(new URL('./node_modules/@modelcontextprotocol/conformance/package.json', import.meta.url));

const triple = ({ passed, failed, skipped }) => `${passed} / ${failed} / ${skipped}`;
const cell = (given) => {
  if (given === undefined) return '';
  return given.isScored === false ? `(${triple(given)})` : triple(given);
};
const row = (cells) => `| ${cells.join(' | ')} |\n`;
const table = (heads, rows) => row(heads) + row(heads.map(() => '---')) + rows.map(row).join('');

function sum(given) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of given) for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  return total;
}

// In the order of the names: the suite's own order is that of its sources.
const names = (counts) => [...new Set(Object.values(counts).flatMap(Object.keys))].sort();

function fixtureTable() {
  const revisions = Object.keys(fixture);
  const rows = names(fixture).map((name) => [name, ...revisions.map((revision) => cell(fixture[revision][name]))]);
  const scenarios = revisions.map((revision) => Object.values(fixture[revision]));
  const scored = scenarios.map((given) => given.filter(({ isScored }) => isScored).length);
  rows.push(['**scenarios**', ...scenarios.map((given, index) =>
    given.length === scored[index] ? `${given.length}` : `${scored[index]} + (${given.length - scored[index]})`)]);
  rows.push(['**checks**', ...scenarios.map((given) => triple(sum(given)))]);
  return table(['Scenario', ...revisions], rows);
}

function productTable() {
  const revisions = Object.keys(product);
  const applied = names(product).filter((name) => revisions.some((revision) => product[revision][name]?.passed));
  const rows = applied.map((name) => [name, ...revisions.map((revision) => cell(product[revision][name]))]);
  const all = revisions.map((revision) => Object.values(product[revision]).filter(({ passed }) => passed));
  rows.push(['**scenarios**', ...all.map((given) => `${given.length}`)]);
  rows.push(['**checks**', ...all.map((given) => triple(sum(given)))]);
  return table(['Scenario', ...revisions], rows);
}

// Scenarios, and checks inside of scenarios, by the reason to leave them out.
function leftOut() {
  const byReason = new Map();
  const add = (reason, what) => byReason.set(reason, [...(byReason.get(reason) ?? []), what]);
  for (const name of names(product)) {
    const given = Object.values(product).map((set) => set[name]).find((known) => known !== undefined);
    if (given.reason !== undefined) add(given.reason, name);
    for (const [id, reason] of Object.entries(given.excused ?? {})) add(reason, `${name} (${id})`);
  }
  return table(['Why', 'Scenario, or (a check of it)'], [...byReason].map(([reason, all]) => [reason, all.join(', ')]));
}

const page = `# The official conformance suite

<!-- Written by \`LOOP_UPDATE=1 ctest --preset dev -R '^conformance: '\`; a test fails when the two differ. -->

\`@modelcontextprotocol/conformance\` ${version} plays a client over HTTP and judges each answer, also by the schema of
its revision. \`ctest --preset dev -R '^conformance: '\` runs it (it needs \`npm\` and its registry) and fails when a check
fails or warns, when a scenario that a revision requires is missing, and when one is skipped that the suite does not
skip by itself.

A cell is checks passed / failed or warned / skipped. In parentheses: run with the set, but not part of what the
revision requires. \`all\` has each scenario once, by 2025-11-25 where that has it. The suite has nothing for 2024-11-05,
nor for standard input and output.

## The library

\`mcp-conformance-server\` (tests/conformance) has the tools, resources and prompts that the scenarios call by name. One
process serves all sets.

${fixtureTable()}
The skipped one, tasks-status-notifications, is skipped by the suite itself: its check was written for an earlier form
of the extension. The answers in server-sse-multiple-streams are JSON, which is allowed; that they may be streams is
not tried there.

## loop-mcp

The product has none of those names. What can be asked of it all the same:

${productTable()}
Left out:

${leftOut()}
In the scenarios that are left out, too, each message has to be valid by its schema.
`;

if (process.env.LOOP_UPDATE) {
  writeFileSync(pageFile, page);
} else {
  assert.equal(readFileSync(pageFile, 'utf8'), page, 'docs/conformance.md is not what the run gave; LOOP_UPDATE=1 writes it');
}
