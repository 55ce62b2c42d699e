import { readFileSync } from 'node:fs';
import { openPage, startBrowser } from './harness/browser';
import { Editor } from './test/e2e/support/editor';
import axios from 'axios';
async function main() {
  const up = JSON.parse(readFileSync('/tmp/up.json','utf8'));
  const http = axios.create({ baseURL: up.url + '/rest', headers: { cookie: up.cookie.name + '=' + up.cookie.value } });
  const b = await startBrowser();
  const page = await openPage(b, { width: 1400, height: 900 });
  await page.context().addCookies([{ ...up.cookie, url: up.url }]);
  const ids = async (sel='body') => (await page.$$eval(sel+' [data-test-id]', els => [...new Set(els.map(e => e.getAttribute('data-test-id')))])).join(' ');
  let n = 0; const shot = async () => await page.screenshot({ path: `/tmp/ed${++n}.png` });
  const ed = new Editor(page, up.url);
  try {
    const { data: { data: wf } } = await http.post('/workflows', { name: 'Order', settings: { executionOrder: 'v1' }, connections: {}, nodes: [{ id: 't', name: 'New Order', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0,0], parameters: {} }], pinData: { 'New Order': [{ json: { email: 'jane@example.com', number: 'ORD-1001', sum: 129.28, items: [{ sku: 'SKU1', price: 79.9, quantity: 1 }] } }] } });
    await ed.open(wf.id);
    await shot();
    await ed.add('Bluecore Events', 'Record purchase', 'New Order');
    await shot();
    console.log(await ids('[data-test-id="ndv-input-panel"]'));
    await ed.drag('email', 'email'); await shot();
    await ed.drag('number', 'orderId');
    await ed.drag('sum', 'total');
    await ed.choose('productsInput', 'JSON');
    await ed.drag('items', 'productsJson');
    await shot();
    await ed.executeNode(); await page.waitForTimeout(1500);
    await shot();
    console.log(await ed.output());
  } catch (e) { console.log(String(e)); await shot(); }
  console.log(n);
  await b.close();
}
main();
