// SPDX-License-Identifier: MIT
// A real nginx on a port of loopback, with a file of the documentation and nothing of the system's.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

import { startChild } from './child.mjs';

const binary = (process.env.PATH.split(':').concat('/usr/sbin', '/usr/local/sbin'))
  .map((folder) => join(folder, 'nginx')).find(existsSync);

// What the file is part of on a system, for one user and without a daemon.
const surroundings = `daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include site.conf;
}
`;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const isOpen = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
});

function replaceOnce(text, before, after) {
  assert.equal(text.split(before).length, 2, `"${before}" has to stand in the file once`);
  return text.replace(before, after);
}

// The name leads to this machine, for everything in this process that asks.
function resolveHere(name) {
  const { lookup } = dns;
  dns.lookup = (asked, ...rest) => lookup(asked === name ? '127.0.0.1' : asked, ...rest);
}

// Serves `site` in front of the server at `url`, under the name: nginx's own URL, and `stop`.
export async function startNginx({ site, name, url, folder }) {
  assert.ok(binary !== undefined, 'nginx is not installed; cmake/install-dependencies.sh --checks does it');
  const port = await freePort();
  const prefix = join(folder, 'nginx');
  mkdirSync(prefix);
  writeFileSync(join(prefix, 'nginx.conf'), surroundings);
  const text = replaceOnce(readFileSync(site, 'utf8'), '127.0.0.1:8567', new URL(url).host);
  writeFileSync(join(prefix, 'site.conf'), replaceOnce(text, '127.0.0.1:8080', `127.0.0.1:${port}`));
  const nginx = startChild(binary, ['-p', prefix, '-c', join(prefix, 'nginx.conf'), '-e', 'stderr']);
  const ended = nginx.ended.then((code) => assert.fail(`nginx ended with ${code} before it listened`));
  while (!(await Promise.race([isOpen(port), ended])));
  resolveHere(name);
  return { url: new URL(`http://${name}:${port}/`), stop: nginx.stop };
}
