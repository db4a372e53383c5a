// SPDX-License-Identifier: MIT
// Where a client finds loop-mcp: on stdio it starts it by itself; over `http` and `sse` one listens on
// a free port and asks for a token.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startServer } from './http_server.mjs';

// Fails unless nothing is left open in the server soon after its clients are gone. A client that does
// not end its sessions leaves them to the server's limits.
async function expectNothingOpen({ url, headers, leavesSessions }) {
  const open = leavesSessions ? /^mcp_http_streams [1-9].*$/gm : /^mcp_http_(?:streams|sessions|sse_sessions) [1-9].*$/gm;
  let left;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const response = await fetch(new URL('/metrics', url), { headers });
    left = (await response.text()).match(open);
    if (left === null) return;
  }
  assert.fail(`still open: ${left}`);
}

export async function openEndpoint(kind, command, workspace) {
  const args = ['-C', workspace.root];
  if (kind === 'stdio') return { kind, command, args, env: workspace.env, close: async () => {} };
  const tokenFile = join(workspace.root, '..', 'token'); // made by the server
  const server = await startServer(command, [...args, '--http', '127.0.0.1:0', '--token-file', tokenFile], workspace.env);
  const headers = { Authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
  const url = new URL(kind === 'sse' ? '/sse' : '/mcp', server.url);
  const endpoint = { kind, url, headers };
  endpoint.close = async () => {
    await expectNothingOpen(endpoint);
    const begun = Date.now();
    await server.stop();
    assert.ok(Date.now() - begun < 1_000, 'the server waits for nobody'); // it took two seconds once
  };
  return endpoint;
}

// Runs `session` with a workspace of its own and the endpoint; then nothing is left of either.
export async function withEndpoint(kind, command, workspace, session) {
  try {
    const endpoint = await openEndpoint(kind, command, workspace);
    await session(endpoint);
    await endpoint.close();
  } finally {
    workspace.remove();
  }
}
