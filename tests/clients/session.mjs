// SPDX-License-Identifier: MIT
// A whole session of a client that others wrote: lists, every tool, resources, prompts, completion,
// progress, cancellation, subscriptions. `connect` gives the client; the differences are in `kind`.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { calls } from './calls.mjs';

const answered = (result) => {
  assert.ok(!result.isError, JSON.stringify(result));
  assert.equal(JSON.parse(result.content[0].text).success, result.structuredContent.success);
  return result.structuredContent;
};

export async function callEveryTool(client) {
  const { tools } = await client.listTools();
  const offered = new Set(tools.map((tool) => tool.name));
  assert.equal(offered.size, 23);
  const called = new Set();
  for (const [name, args] of calls) {
    const answer = answered(await client.callTool({ name, arguments: args }));
    assert.equal(answer.success, true, `${name}: ${JSON.stringify(answer)}`);
    called.add(name);
  }
  const { runs } = answered(await client.callTool({ name: 'list_runs', arguments: {} }));
  const run = answered(await client.callTool({ name: 'get_run', arguments: { run_id: runs[0].id } }));
  assert.equal(run.run.state, 'succeeded');
  const over = await client.callTool({ name: 'cancel_run', arguments: { run_id: runs[0].id } });
  assert.equal(over.isError, true);
  assert.equal(JSON.parse(over.content[0].text).code, 'conflict');
  called.add('get_run').add('cancel_run');
  assert.deepEqual([...called].sort(), [...offered].sort());
  await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /unknown tool/);
  return called.size;
}

export async function readResources(client) {
  const { resources } = await client.listResources();
  let read = 0;
  for (const { uri } of resources) {
    const { contents } = await client.readResource({ uri });
    assert.equal(contents[0].uri, uri);
    ++read;
  }
  assert.ok(read >= 5);
  assert.ok((await client.listResourceTemplates()).resourceTemplates.length > 0);
  await assert.rejects(client.readResource({ uri: 'loop://runs/none' }));
  const { completion } = await client.complete({
    ref: { type: 'ref/resource', uri: 'loop://modes/{slug}' },
    argument: { name: 'slug', value: 'co' },
  });
  assert.ok(completion.values.includes('code'));
  return read;
}

export async function getPrompts(client) {
  const { prompts } = await client.listPrompts();
  for (const { name, arguments: wanted = [] } of prompts) {
    const args = Object.fromEntries(wanted.map((argument) => [argument.name, 'x']));
    if ('schedule' in args) continue; // needs one that has failed
    const { messages } = await client.getPrompt({ name, arguments: args });
    assert.ok(messages.length > 0, name);
  }
  return prompts.length;
}

const slow = (script, wait) => ({
  name: 'delegate_task',
  arguments: { task_description: script, agent: 'shell', target_mode: 'code', wait_seconds: wait },
});

export async function followProgress(client) {
  const heard = [];
  const hear = ({ progress }) => heard.push({ progress, at: Date.now() });
  const result = await client.callTool(slow('sleep 2', 60), ...progressOptions(client, hear));
  assert.equal(answered(result).status, 'succeeded');
  assert.ok(heard.length > 0);
  for (let index = 1; index < heard.length; ++index) {
    assert.ok(heard[index].progress > heard[index - 1].progress);
  }
  // It came while the call went on; nothing on the way kept it back.
  assert.ok(Date.now() - heard[0].at > 1_000, `the first came ${Date.now() - heard[0].at} ms before the end`);
  return heard.length;
}

export async function cancelACall(client) {
  const abort = new AbortController();
  const started = Date.now();
  const waiting = client.callTool(slow('sleep 30', 60), ...progressOptions(client, () => abort.abort(), abort.signal));
  await assert.rejects(waiting);
  assert.ok(Date.now() - started < 20_000);
  // The call is over, and the conversation goes on; the run goes on too, until it is ended.
  const live = async () => answered(await client.callTool({ name: 'list_runs', arguments: { state: 'live' } })).runs;
  const runs = await live();
  assert.equal(runs.length, 1);
  answered(await client.callTool({ name: 'cancel_run', arguments: { run_id: runs[0].id } }));
  // A run that is told to end takes a while, and until then it has the workspace's only place.
  for (const deadline = Date.now() + 30_000; (await live()).length > 0;) assert.ok(Date.now() < deadline);
}

// The older client takes the schema of the result before the options.
function progressOptions(client, onprogress, signal) {
  const options = { onprogress, signal, timeout: 60_000 };
  return client.callTool.length >= 3 || client.constructor.takesSchema ? [undefined, options] : [options];
}

export function editTodo(root) {
  appendFileSync(join(root, 'TODO.md'), '- [ ] another\n');
}
