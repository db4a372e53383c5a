// SPDX-License-Identifier: MIT
// @modelcontextprotocol/inspector on the command line: one process a method.
//
//     inspector.mjs LOOP_MCP LOOPCTL stdio|http
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { calls } from './calls.mjs';
import { withEndpoint } from './endpoint.mjs';

const [command, loopctl, kind] = process.argv.slice(2);
const cli = fileURLToPath(new URL('./node_modules/.bin/mcp-inspector', import.meta.url));

await withEndpoint({ kind, command, loopctl }, async (endpoint, workspace) => {
  const { args, url, headers = {} } = endpoint;
  endpoint.leavesSessions = true;
  const target = url === undefined ? [command, ...args] : [url.href];
  const fields = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const inspect = (...words) =>
    JSON.parse(execFileSync(process.execPath, [cli, '--cli', ...target, ...fields, ...words],
      { env: workspace.env, encoding: 'utf8', maxBuffer: 1 << 26 }));
  // --strict fails when another model provider would not take a tool's schema.
  const { tools } = inspect('--method', 'tools/list', '--strict');
  assert.equal(tools.length, 23);
  for (const [name, args] of calls) {
    const { structuredContent } = inspect('--method', 'tools/call', '--tool-name', name, '--tool-args-json',
      JSON.stringify(args));
    assert.equal(structuredContent.success, true, name);
  }
  const { structuredContent } = inspect('--protocol-era', 'modern', '--method', 'tools/call', '--tool-name',
    'list_runs');
  assert.equal(structuredContent.runs.length, 1);
  const { run } = inspect('--method', 'tools/call', '--tool-name', 'get_run', '--tool-args-json',
    JSON.stringify({ run_id: structuredContent.runs[0].id })).structuredContent;
  assert.equal(run.state, 'succeeded');
  assert.ok(inspect('--method', 'resources/list').resources.length >= 4);
  const { contents } = inspect('--method', 'resources/read', '--uri', 'loop://todo');
  assert.match(contents[0].text, /parser/);
  assert.ok(inspect('--method', 'resources/templates/list').resourceTemplates.length > 0);
  const { prompts } = inspect('--method', 'prompts/list');
  assert.ok(prompts.length >= 6);
  const { messages } = inspect('--method', 'prompts/get', '--prompt-name', 'validation', '--prompt-args', 'task=the parser');
  assert.match(JSON.stringify(messages), /the parser/);
  console.log(JSON.stringify({ client: 'inspector', kind, calls: calls.length + 2, prompts: prompts.length }));
});
