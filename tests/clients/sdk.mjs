// SPDX-License-Identifier: MIT
// @modelcontextprotocol/sdk, which speaks the revisions that begin with `initialize`.
//
//     sdk.mjs LOOP_MCP LOOPCTL stdio|http|sse
import { makeWorkspace } from './workspace.mjs';
import { withEndpoint } from './endpoint.mjs';
import { runSdkSession } from './sdk_session.mjs';

const [server, loopctl, kind] = process.argv.slice(2);
const workspace = makeWorkspace(loopctl);
await withEndpoint(kind, server, workspace, async (endpoint) => {
  console.log(JSON.stringify({ client: 'sdk', kind, ...(await runSdkSession(endpoint, workspace)) }));
});
