// SPDX-License-Identifier: MIT
// @modelcontextprotocol/inspector on the command line: one process a method.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { makeWorkspace } from './workspace.mjs';

const [server, loopctl] = process.argv.slice(2);
const cli = fileURLToPath(new URL('./node_modules/.bin/mcp-inspector', import.meta.url));
const workspace = makeWorkspace(loopctl);
const inspect = (...words) =>
  JSON.parse(execFileSync(process.execPath, [cli, '--cli', server, '-C', workspace.root, ...words],
    { env: workspace.env, encoding: 'utf8', maxBuffer: 1 << 26 }));
try {
  const { tools } = inspect('--method', 'tools/list');
  assert.equal(tools.length, 23);
  const called = inspect('--method', 'tools/call', '--tool-name', 'write_project_file', '--tool-arg', 'file_path=a.txt',
    'content=hello');
  assert.equal(called.structuredContent.success, true);
  assert.ok(inspect('--method', 'resources/list').resources.length >= 4);
  const { contents } = inspect('--method', 'resources/read', '--uri', 'loop://todo');
  assert.match(contents[0].text, /parser/);
  assert.ok(inspect('--method', 'resources/templates/list').resourceTemplates.length > 0);
  const { prompts } = inspect('--method', 'prompts/list');
  assert.ok(prompts.length >= 6);
  const { messages } = inspect('--method', 'prompts/get', '--prompt-name', 'validation', '--prompt-args', 'task=the parser');
  assert.match(JSON.stringify(messages), /the parser/);
  console.log(JSON.stringify({ client: 'inspector', tools: tools.length, prompts: prompts.length }));
} finally {
  workspace.remove();
}
