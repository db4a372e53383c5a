// SPDX-License-Identifier: MIT
// @modelcontextprotocol/sdk, which speaks the revisions that begin with `initialize`.
//
//     sdk.mjs LOOP_MCP LOOPCTL stdio|http|sse [NGINX_CONF]
import assert from 'node:assert/strict';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

import { withEndpoint } from './endpoint.mjs';
import { callEveryTool, cancelACall, editTodo, followProgress, getPrompts, readResources } from './session.mjs';

const transports = {
  stdio: ({ command, args, env }) => new StdioClientTransport({ command, args, env }),
  http: ({ url, headers }) => new StreamableHTTPClientTransport(url, { requestInit: { headers } }),
  sse: ({ url, headers }) => new SSEClientTransport(url, { requestInit: { headers } }),
};

const [command, loopctl, kind, site] = process.argv.slice(2);
await withEndpoint({ kind, command, loopctl, site }, async (endpoint, workspace) => {
  const transport = transports[kind](endpoint);
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
  await transport.terminateSession?.();
  await client.close();
  console.log(JSON.stringify({ client: 'sdk', kind, site, tools, resources, prompts, progress }));
});
