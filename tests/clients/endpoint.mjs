// SPDX-License-Identifier: MIT
// Where a client finds loop-mcp: on stdio it starts it by itself; over `http` and `sse` one listens on
// a free port and asks for a token, behind nginx when its file is given.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startServer } from './http_server.mjs';
import { startNginx } from './nginx.mjs';
import { makeWorkspace } from './workspace.mjs';

const proxiedName = 'mcp.example.org'; // as docs/nginx.conf has it

// Fails unless nothing is left open in the server soon after its clients are gone. A client that does
// not end its sessions leaves them to the server's limits.
async function expectNothingOpen(url, { headers, leavesSessions }) {
  const open = leavesSessions ? /^mcp_http_streams [1-9].*$/gm : /^mcp_http_(?:streams|sessions|sse_sessions) [1-9].*$/gm;
  let left;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const response = await fetch(new URL('/metrics', url), { headers });
    left = (await response.text()).match(open);
    if (left === null) return;
  }
  assert.fail(`still open: ${left}`);
}

async function openServer(kind, command, workspace, site) {
  const top = join(workspace.root, '..');
  const tokenFile = join(top, 'token'); // made by the server
  const words = ['-C', workspace.root, '--http', '127.0.0.1:0', '--token-file', tokenFile];
  if (site !== undefined) words.push('--behind-proxy', '--allow-host', proxiedName);
  const server = await startServer(command, words, workspace.env);
  const nginx = site === undefined ? undefined : await startNginx({ site, name: proxiedName, url: server.url, folder: top });
  const url = new URL(kind === 'sse' ? '/sse' : '/mcp', nginx?.url ?? server.url);
  const headers = { Authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
  const endpoint = { kind, url, headers };
  endpoint.close = async () => {
    await expectNothingOpen(server.url, endpoint);
    await nginx?.stop();
    const begun = Date.now();
    await server.stop();
    assert.ok(Date.now() - begun < 1_000, 'the server waits for nobody'); // it took two seconds once
  };
  return endpoint;
}

async function openEndpoint(kind, command, workspace, site) {
  if (kind !== 'stdio') return openServer(kind, command, workspace, site);
  return { kind, command, args: ['-C', workspace.root], env: workspace.env, close: async () => {} };
}

// Runs `session` with a workspace of its own and the endpoint; then nothing is left of either.
export async function withEndpoint({ kind, command, loopctl, site }, session) {
  const workspace = makeWorkspace(loopctl);
  try {
    const endpoint = await openEndpoint(kind, command, workspace, site);
    await session(endpoint, workspace);
    await endpoint.close();
  } finally {
    workspace.remove();
  }
}
