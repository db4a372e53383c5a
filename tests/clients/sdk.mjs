// SPDX-License-Identifier: MIT
// @modelcontextprotocol/sdk, which speaks the revisions that begin with `initialize`.
import assert from 'node:assert/strict';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { LoggingMessageNotificationSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

import { makeWorkspace } from './workspace.mjs';
import { callEveryTool, cancelACall, editTodo, followProgress, getPrompts, readResources } from './session.mjs';

const [server, loopctl] = process.argv.slice(2);
const workspace = makeWorkspace(loopctl);
try {
  const transport = new StdioClientTransport({ command: server, args: ['-C', workspace.root], env: workspace.env });
  const client = new Client({ name: 'test', version: '1' });
  client.constructor.takesSchema = true;
  await client.connect(transport);
  await client.ping();
  await client.setLoggingLevel('warning');
  client.setNotificationHandler(LoggingMessageNotificationSchema, () => {});
  const tools = await callEveryTool(client);
  const resources = await readResources(client);
  const prompts = await getPrompts(client);
  const progress = await followProgress(client);
  await cancelACall(client);
  const changed = new Promise((resolve) =>
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri)));
  await client.subscribeResource({ uri: 'loop://todo' });
  editTodo(workspace.root);
  assert.equal(await changed, 'loop://todo');
  await client.close();
  console.log(JSON.stringify({ client: 'sdk', tools, resources, prompts, progress }));
} finally {
  workspace.remove();
}
