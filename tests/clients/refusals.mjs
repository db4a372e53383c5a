// SPDX-License-Identifier: MIT
// What loop-mcp and nginx in front of it keep from each other's clients.
//
//     refusals.mjs LOOP_MCP LOOPCTL NGINX_CONF
import assert from 'node:assert/strict';
import { request } from 'node:http';

import { withEndpoint } from './endpoint.mjs';

const [command, loopctl, site] = process.argv.slice(2);

const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
const json = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

// Not fetch, which chooses Host by itself.
const ask = (url, { method = 'GET', headers, body }) => new Promise((resolve, reject) => {
  const asked = request(url, { method, headers }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () =>
      resolve({ status: response.statusCode, text, by: response.headers.server ?? 'loop-mcp' }));
  });
  asked.once('error', reject).end(body);
});

await withEndpoint({ kind: 'http', command, loopctl, site }, async ({ url, headers }) => {
  const post = (more) => ask(url, { method: 'POST', headers: { ...json, ...headers, ...more }, body: ping });
  const refused = async (answer, status, by) => {
    const got = await answer;
    assert.deepEqual([got.status, got.by.split('/')[0]], [status, by], got.text);
  };
  assert.equal((await post({})).status, 200);
  await refused(post({ Host: 'evil.example' }), 421, 'nginx');
  await refused(post({ Host: 'localhost' }), 421, 'nginx');
  // nginx puts its own name over that of the server.
  await refused(post({ Authorization: '' }), 401, 'nginx');
  await refused(post({ Authorization: `${headers.Authorization}0` }), 401, 'nginx');
  await refused(post({ Origin: 'https://evil.example' }), 403, 'nginx');
  assert.equal((await post({ Origin: `https://${url.hostname}` })).status, 200);
  for (const path of ['/metrics', '/healthz', '/', '/mcp/x', '/ssee']) {
    await refused(ask(new URL(path, url), { headers }), 404, 'nginx');
  }
  console.log(JSON.stringify({ refusals: site }));
});
