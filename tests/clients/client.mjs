// SPDX-License-Identifier: MIT
// @modelcontextprotocol/client in both eras, and @modelcontextprotocol/ext-tasks on the modern one.
import assert from 'node:assert/strict';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createTaskSessionFromClient, resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';

import { makeWorkspace } from './workspace.mjs';
import { callEveryTool, cancelACall, followProgress, getPrompts, readResources } from './session.mjs';

const [server, loopctl, era] = process.argv.slice(2);
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
  assert.notEqual(execution.kind, 'immediate', JSON.stringify(execution));
  const { outcome } = await execution.settle();
  const result = resultFromTaskOutcome(outcome);
  assert.equal(result.structuredContent.answer.trim(), 'from a task');

  const cancelled = await delegate('sleep 30');
  await cancelled.cancel();
  assert.equal((await cancelled.settle()).outcome.status, 'cancelled');
  await session.close();
}

const workspace = makeWorkspace(loopctl);
try {
  const transport = new StdioClientTransport({ command: server, args: ['-C', workspace.root], env: workspace.env });
  const client = new Client(clientInfo, modern ? { versionNegotiation: { mode: 'auto' } } : {});
  await client.connect(transport);
  assert.equal(client.getNegotiatedProtocolVersion(), revision);
  const tools = await callEveryTool(client);
  const resources = await readResources(client);
  const prompts = await getPrompts(client);
  const progress = await followProgress(client);
  await cancelACall(client);
  if (modern) await runTask(client, transport);
  await client.close();
  console.log(JSON.stringify({ client: 'client', era, tools, resources, prompts, progress, task: modern }));
} finally {
  workspace.remove();
}
