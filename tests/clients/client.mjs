// SPDX-License-Identifier: MIT
// @modelcontextprotocol/client in both eras, and @modelcontextprotocol/ext-tasks on the modern one.
//
//     client.mjs LOOP_MCP LOOPCTL stdio|http legacy|modern [NGINX_CONF]
import assert from 'node:assert/strict';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createTaskSessionFromClient, resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';

import { withEndpoint } from './endpoint.mjs';
import { callEveryTool, cancelACall, editTodo, followProgress, getPrompts, readResources } from './session.mjs';

const [command, loopctl, kind, era, site] = process.argv.slice(2);
const modern = era === 'modern';
const revision = modern ? '2026-07-28' : '2025-11-25';
const clientInfo = { name: 'test', version: '1' };

// Requests beside the client's own, as the package for tasks needs them.
function rawDispatchOn(transport) {
  const waiting = new Map();
  const inner = transport.onmessage;
  transport.onmessage = (message, extra) => {
    const resolve = waiting.get(message.id);
    if (resolve === undefined || 'method' in message) return inner(message, extra);
    waiting.delete(message.id);
    return resolve(message);
  };
  let last = 0;
  return async (request) => {
    const id = `raw-${++last}`;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    await transport.send({ ...request, jsonrpc: '2.0', id });
    return answer;
  };
}

async function runTask(client, transport) {
  const clientCapabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const session = createTaskSessionFromClient(client, {
    endpointId: 'workspace',
    rawDispatch: rawDispatchOn(transport),
    v2RequestFraming: { protocolVersion: revision, clientInfo, clientCapabilities },
  });
  const delegate = (task) =>
    session.callTool('delegate_task', { task_description: task, agent: 'shell', target_mode: 'code' });
  const execution = await delegate('echo from a task');
  if (execution.kind === 'immediate') assert.fail(JSON.stringify(await execution.settle()));
  const { outcome } = await execution.settle();
  const result = resultFromTaskOutcome(outcome);
  assert.equal(result.structuredContent.answer.trim(), 'from a task');

  const cancelled = await delegate('sleep 30');
  await cancelled.cancel();
  assert.equal((await cancelled.settle()).outcome.status, 'cancelled');
  await session.close();
}

const transports = {
  stdio: ({ command, args, env }) => new StdioClientTransport({ command, args, env }),
  http: ({ url, headers }) => new StreamableHTTPClientTransport(url, { requestInit: { headers } }),
};

// The modern era's stream of changes; the older era's is tried with the sdk.
async function listenForAChange(client, root) {
  const changed = new Promise((resolve) =>
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri)));
  const subscription = await client.listen({ resourceSubscriptions: ['loop://todo'] });
  editTodo(root);
  assert.equal(await changed, 'loop://todo');
  await subscription.close();
}

await withEndpoint({ kind, command, loopctl, site }, async (endpoint, workspace) => {
  const transport = transports[kind](endpoint);
  const client = new Client(clientInfo, modern ? { versionNegotiation: { mode: 'auto' } } : {});
  await client.connect(transport);
  assert.equal(client.getNegotiatedProtocolVersion(), revision);
  const tools = await callEveryTool(client);
  const resources = await readResources(client);
  const prompts = await getPrompts(client);
  const progress = await followProgress(client);
  await cancelACall(client);
  if (modern) await listenForAChange(client, workspace.root);
  if (modern) await runTask(client, transport);
  if (!modern) await transport.terminateSession?.();
  await client.close();
  console.log(JSON.stringify({ client: 'client', kind, site, era, tools, resources, prompts, progress, task: modern }));
});
