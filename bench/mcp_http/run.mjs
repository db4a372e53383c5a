// SPDX-License-Identifier: MIT
// tools/call over HTTP: the library's server against the TypeScript SDK's, by wrk, in turns in one
// run. Each answer is looked at; a wrong one ends the run.
//
//   node bench/mcp_http/run.mjs BUILD_DIR [SECONDS]
//
// BUILD_DIR is one whose test `clients: the pinned packages are installed` has run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [build, seconds = '3'] = process.argv.slice(2);
assert.ok(build, 'usage: node bench/mcp_http/run.mjs BUILD_DIR [SECONDS]');
const clients = join(build, 'tests/clients');
const { startServer } = await import(pathToFileURL(join(clients, 'http_server.mjs')));
const rounds = 3;

// Modules are found beside the packages.
copyFileSync(join(here, 'peer.mjs'), join(clients, 'bench_peer.mjs'));

async function beginSession(url) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
  const post = (message, more = {}) =>
    fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
  const begun = await post({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
  });
  const session = begun.headers.get('mcp-session-id');
  await begun.text();
  await post({ method: 'notifications/initialized' }, { 'Mcp-Session-Id': session });
  return session;
}

function measure(url, session, connections) {
  const text = execFileSync('wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`,
    '-s', join(here, 'call.lua'), url, '--', session], { encoding: 'utf8' });
  const [requests, micros, p99, wrong] = /RESULT (\d+) (\d+) (\d+) (\d+)/.exec(text).slice(1).map(Number);
  assert.equal(wrong, 0, `wrong answers of ${url}`);
  return { rate: (requests * 1e6) / micros, p99 };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const ours = await startServer(join(build, 'bin/mcp-conformance-server'), ['0']);
const peer = await startServer(process.execPath, [join(clients, 'bench_peer.mjs')]);
const servers = [
  { name: 'ours', url: ours.url, session: await beginSession(ours.url) },
  { name: 'TypeScript SDK 1.32.2', url: peer.url, session: await beginSession(peer.url) },
];
console.log('| connections | ours, calls/s | p99 | TypeScript SDK 1.32.2, calls/s | p99 | ratio (least - most) |');
console.log('|---|---|---|---|---|---|');
for (const connections of [1, 16, 256]) {
  const results = servers.map(() => []);
  for (let round = 0; round < rounds; ++round) {
    servers.forEach((server, index) => results[index].push(measure(server.url, server.session, connections)));
  }
  const [mine, theirs] = results.map((rows) => ({
    rate: median(rows.map((row) => row.rate)),
    p99: median(rows.map((row) => row.p99)),
  }));
  const ratios = results[0].map((row, round) => row.rate / results[1][round].rate);
  console.log(`| ${connections} | ${mine.rate.toFixed(0)} | ${mine.p99} us | ${theirs.rate.toFixed(0)} | ${theirs.p99} us | ` +
    `${(mine.rate / theirs.rate).toFixed(1)} (${Math.min(...ratios).toFixed(1)} - ${Math.max(...ratios).toFixed(1)}) |`);
}
await ours.stop();
await peer.stop();
