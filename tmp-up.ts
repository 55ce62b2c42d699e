import { writeFileSync } from 'node:fs';
import { N8n } from './test/e2e/support/n8n';
import pack from './test/e2e/support/pack.setup';
import { scratchFolder } from './test/e2e/support/scratch';
import { Sandbox } from './sandbox/server';
async function main() {
  pack();
  const sandbox = await new Sandbox({ namespaces: ['bluestore'], apiKeys: ['sk-live-5f2c'], sentAfterMs: 300, finalAfterMs: 600 }).start();
  const n = await N8n.prepare('2', scratchFolder());
  await n.start();
  writeFileSync('/tmp/up.json', JSON.stringify({ url: n.url, cookie: n.rest.cookie, sandbox: sandbox.url, events: sandbox.credential('bluestore','sk-live-5f2c') }));
  await new Promise(() => setInterval(() => {}, 1000));
}
main();
