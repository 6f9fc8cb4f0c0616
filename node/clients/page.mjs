// The node's page in Chromium: what happens appears, a transaction opens as a tree, forms read and write, and nothing that
// contracts say is taken for HTML. With HEBE_SCREENSHOTS, a folder gets pictures, at 400 and 1400 pixels, light and dark.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { ALICE, BOB, answer, check, done, start, startHebe } from './lib.mjs';
import { compile, deployEvm, deployWasm } from './tokens.mjs';

const { url, stop } = await startHebe();
const pictures = process.env.HEBE_SCREENSHOTS;
if (pictures) mkdirSync(pictures, { recursive: true });

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
process.on('exit', () => browser.process()?.kill());
const page = await browser.newPage();
await page.setViewport({ width: 1400, height: 900 });

// The page has no errors, and asks nobody else.
const wrong = [];
page.on('console', (message) => ['error', 'warn'].includes(message.type()) && wrong.push(message.text()));
page.on('pageerror', (error) => wrong.push(String(error)));
page.on('dialog', (dialog) => wrong.push(`a dialog: ${dialog.message()}`) && dialog.dismiss());
page.on('request', (request) => {
  const address = request.url();
  if (!address.startsWith(url) && !address.startsWith('data:')) wrong.push(`a request to ${address}`);
});

/** What is shown, with spaces in place of line breaks. */
const shown = () => page.evaluate(() => document.querySelector('main').innerText.replace(/\s+/g, ' '));

/** Waits until a text is shown. */
async function sees(what, expected) {
  for (let tries = 0; tries < 200; tries++) {
    const text = await shown();
    if (typeof expected === 'string' ? text.includes(expected) : expected.test(text)) {
      check(what, true);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  check(what, await shown(), String(expected));
}

/** Goes to a view, as a link would. */
async function go(hash) {
  await page.evaluate((hash) => { location.hash = hash; }, hash);
  await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
}

/** Pictures of what is shown, and whether it fits on a phone. */
async function picture(name) {
  for (const width of [400, 1400]) {
    await page.setViewport({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${name}: wider than ${width} pixels by`, overflow, 0);
    if (!pictures) continue;
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.screenshot({ path: `${pictures}/${name}-${width}-${scheme}.png`, fullPage: true });
    }
  }
  await page.emulateMediaFeatures([]);
  await page.setViewport({ width: 1400, height: 900 });
}

/** Opens the form of a function, fills it in, and sends it; gives what it says then. */
async function use(name, values, button) {
  const found = await page.waitForFunction(
    (name) => [...document.querySelectorAll('details.function')].find((it) => it.querySelector('summary .name')?.textContent === name),
    {}, name,
  );
  const details = found.asElement();
  await details.evaluate((it) => { it.open = true; });
  const inputs = await details.$$('input[type=text]');
  for (const [index, value] of values.entries()) {
    await inputs[index].evaluate((it) => { it.value = ''; });
    await inputs[index].type(value);
  }
  await details.$eval('output', (it) => it.replaceChildren());
  await (await details.$(`xpath/.//button[text()="${button}"]`)).click();
  await page.waitForFunction((it) => /\S/.test(it.innerText) && !/Sending|waits/.test(it.innerText), {}, await details.$('output'));
  return details.$eval('output', (it) => it.innerText.replace(/\s+/g, ' '));
}

const clickOn = (words) => page.evaluate((words) => [...document.querySelectorAll('button')].find((it) => it.textContent === words).click(), words);

/** An Error(string) or a string, in the encoding of the ABI. */
function encoded(text) {
  const bytes = Buffer.from(text);
  const word = (number) => number.toString(16).padStart(64, '0');
  return word(32) + word(bytes.length) + bytes.toString('hex').padEnd(Math.ceil(bytes.length / 32) * 64, '0');
}

/** EVM code that returns (f3) or reverts with (fd) these bytes. */
function saying(hex, end) {
  const size = (hex.length / 2).toString(16).padStart(4, '0');
  return `0x61${size}600c5f3961${size}5f${end}${hex}`;
}

// Nothing yet.
await page.goto(url);
await sees('an empty chain says what to do', `hebe deploy counter.wasm --rpc ${url}`);
await picture('empty');

// A deployment and a transfer appear by themselves.
const token = deployWasm(url);
await sees('a deployment', /creates token/);
const transfer = { from: ALICE, to: token, data: `0xa9059cbb${BOB.slice(2).toLowerCase().padStart(64, '0')}${'a'.padStart(64, '0')}` };
const hash = await answer(url, 'eth_sendTransaction', [transfer]);
await sees('a transfer, decoded', 'token.transfer(to: 0x7099…79c8, value: 10)');
await answer(url, 'eth_sendTransaction', [{ from: BOB, to: ALICE, value: '0x14d1120d7b160000' }]);
await sees('ether that is sent', 'sends 1.5 ether to');

// The transaction as a tree.
await page.click(`a[href="#/tx/${hash}"]`);
await sees('its event', /event token\.Transfer\(from: 0xf39f…2266, to: 0x7099…79c8, value: 10\)/i);
await sees('its result', '→ true');
await sees('its gas', /21,\d{3}|[2-9]\d,\d{3} gas/);
await sees('what it stored', /Storage changes.*(1,000,000 999,990|0 10)/);
await sees('who paid', /Balances .*−0\.\d+ ether/);
const isOpen = async () => (await page.$eval('.tree .toggle', (it) => it.ariaExpanded)) === 'true' && (await shown()).includes('event token');
check('the tree is open', await isOpen());
await page.click('.tree .toggle');
check('the tree closes', await isOpen(), false);
await page.click('.tree .gas');
check('the tree opens', await isOpen());
await picture('transaction');

// A call inside of it that reverts, ether and a log that no ABI describes.
const relay = '0x00000000000000000000000000000000000000cc';
const pass = (to) => `73${to.slice(2)}5af150`;
await answer(url, 'anvil_setCode', [relay, `0x365f5f3760205f365f5f${pass(token)}60205fa05f5f5f5f6001${pass(BOB)}60205ff3`]);
await answer(url, 'hebe_setInterface', [relay, [], 'relay']);
const relayed = await answer(url, 'eth_sendTransaction', [{ ...transfer, to: relay, value: '0x1', gas: '0x30d40' }]);
await go(`#/tx/${relayed}`);
await sees('a call inside', /call relay.* call token\.transfer\(to: 0x7099…79c8, value: 10\)/i);
await sees('why it reverted', 'reverted: insufficient balance');
await sees('the order', /insufficient balance.* event relay data 0x0.* call 0x7099…79c8 with 1 wei/i);
await page.click('.fold summary');
await sees('its data', /0xa9059cbb0{24}7099/);
await picture('tree');
await go(`#/tx/${hash}`);

// The contract, and its forms.
await page.click('.tree .head a');
await sees('its kind', 'Kind Wasm');
await sees('its size', /Code [\d,]{5,} bytes/);
await sees('its values', /totalSupply\(\) → uint256 1,000,000/);
await page.click('.fold summary');
await sees('its imports', 'ethereum.storageLoad');
check('a read form', await use('balanceOf', [BOB], 'Read'), '10');
check('a read form with a mistake', await use('balanceOf', ['0x12'], 'Read').then((text) => text.includes('value 1 (owner)')));
check('a write form', await use('transfer', [BOB, '5'], 'Send').then((text) => /^Done in block \d+, with [\d,]+ gas\. Look at it\. Transfer\(/.test(text)));
check('the balance after it', await use('balanceOf', [BOB], 'Read'), '15');
await page.select('.field.padded select', '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc');
check('a write that reverts', await use('transfer', [BOB, '1'], 'Send'), 'It reverts: insufficient balance Nothing was sent. Send anyway');
await clickOn('Send anyway');
await sees('it was sent anyway', /It reverted in block \d+, with [\d,]+ gas: insufficient balance/);
await picture('contract');

// Bytecode without an ABI, and with one.
const evm = await deployEvm(url);
await go(`#/account/${evm}`);
await sees('its kind', 'Kind EVM');
await sees('there is no ABI yet', 'What it can be asked is not known.');
const paste = async (text) => {
  await page.$eval('textarea', (it, text) => { it.value = text; }, text);
  await page.type('form:has(textarea) input[type=text]', '');
  await clickOn('Use this ABI');
};
await paste('contract Token {}');
await sees('Solidity is no ABI', 'This is no ABI: it is not JSON.');
await paste('{"hello": 1}');
await sees('JSON that is no ABI', 'This is no ABI: it has no field `abi`.');
await picture('unknown');
// The same functions from a file, and then its own ABI with its own errors.
await (await page.$('input[type=file]')).uploadFile(new URL('../../contracts/wasm/erc20_rust.abi.json', import.meta.url).pathname);
await page.waitForFunction(() => document.querySelector('textarea').value.includes('balanceOf'));
await clickOn('Use this ABI');
await sees('forms from a file', 'balanceOf(owner)');
await paste(JSON.stringify(compile().abi));
await sees('forms from its own ABI', 'transferFrom(from, to, amount)');
check('a read form of bytecode', await use('balanceOf', [ALICE], 'Read'), '1,000,000');
await page.select('.field.padded select', '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc');
check('a custom error', await use('transfer', [BOB, '1'], 'Send').then((text) => text.includes('InsufficientBalance(owner: 0x3c44…93bc, balance: 0, amount: 1)')));

// Ether that goes along.
const till = '0x00000000000000000000000000000000000000aa';
await answer(url, 'anvil_setCode', [till, '0x5f5f5fa000']);
await answer(url, 'hebe_setInterface', [till, ['function pay() payable'], 'till']);
await go(`#/account/${till}`);
check('a payment', await use('pay', ['1.5'], 'Send').then((text) => text.startsWith('Done in block')));
await sees('the payment is there', 'Balance 1.5 ether');
check('an amount that is none', await use('pay', ['much'], 'Send'), '“much” is no amount. Write it in ether, such as 1.5.');

// Ether to an account that is no contract.
await go(`#/account/${BOB}`);
await page.type('form input[inputmode=decimal]', '2');
await clickOn('Send');
await sees('ether was sent', /Done in block \d+, with 21,000 gas/);

// What contracts say is text, whatever it looks like.
const evil = '<img src=x onerror="window.isHacked=1"><script>window.isHacked=1</script>';
const liar = '0x00000000000000000000000000000000000000bb';
await answer(url, 'anvil_setCode', [liar, saying(encoded(evil), 'f3')]);
const entry = (name, more) => ({ type: 'function', name, stateMutability: 'view', inputs: [], outputs: [{ name: '', type: 'string' }], ...more });
await answer(url, 'hebe_setInterface', [liar, [entry('motto'), entry('echo', { inputs: [{ name: '_', type: 'string' }] })], 'liar']);
await go(`#/account/${liar}`);
await sees('a value that looks like HTML', '<img src=x onerror=');
check('a string that looks like a list', await use('echo', ['[1, "'], 'Read').then((text) => text.includes('<img')));
const named = entry(evil, { inputs: [{ name: evil, type: 'uint256' }], outputs: [{ name: evil, type: 'string', internalType: evil }] });
await page.evaluate(() => { for (const it of document.querySelectorAll('details')) it.open = true; });
await paste(JSON.stringify([named]));
await sees('an ABI with such names', '<img src=x onerror=');
await page.evaluate(() => { for (const it of document.querySelectorAll('details')) it.open = true; });
await picture('hostile');
await answer(url, 'anvil_setCode', [liar, saying(`08c379a0${encoded(evil)}`, 'fd')]);
const reverted = await answer(url, 'eth_sendTransaction', [{ from: ALICE, to: liar, gas: '0x30d40' }]);
await go(`#/tx/${reverted}`);
await sees('a reason that looks like HTML', /reverted: .*<img src=x onerror=/);
await go('#/');
await sees('it is in the list', /<img src=x onerror=/);
await picture('overview');
check('nothing of it ran', await page.evaluate(() => [window.isHacked ?? null, document.querySelectorAll('main img, main script').length]), [null, 0]);

// What waits, and a block that somebody makes.
await answer(url, 'evm_setAutomine', [false]);
const waits = await answer(url, 'eth_sendTransaction', [transfer]);
await sees('what waits', '1 transaction waits');
await go(`#/tx/${waits}`);
await sees('a transaction that waits', 'It waits for a block.');
await go('#/');
await clickOn('Make a block');
await go(`#/tx/${waits}`);
await sees('it is in a block', 'Block');
await answer(url, 'evm_setAutomine', [true]);

// A way back: what is gone is said to be.
const snapshot = await answer(url, 'evm_snapshot');
const gone = await answer(url, 'eth_sendTransaction', [{ from: ALICE, to: BOB, value: '0x1' }]);
await go(`#/tx/${gone}`);
await sees('a transaction', 'sends 1 wei to');
await answer(url, 'evm_revert', [snapshot]);
await sees('a transaction that was taken back', 'There is no such transaction on this chain.');

// Many blocks and transactions: the page has a few of them.
await answer(url, 'evm_setAutomine', [false]);
for (let index = 0; index < 300; index++) await answer(url, 'eth_sendTransaction', [{ from: ALICE, to: BOB, value: '0x1', gas: '0x5208' }]);
await answer(url, 'evm_mine');
const full = Number(await answer(url, 'eth_blockNumber'));
await answer(url, 'anvil_mine', ['0x7d0']);
await go(`#/block/${full}`);
await sees('a part of a large block', 'Transactions 1 to 25 of 300');
await picture('block');
await page.click('section a.older');
await sees('the next part', 'Transactions 26 to 50 of 300');
await go('#/blocks');
await sees('the newest blocks', (full + 2000).toLocaleString('en'));
await page.click('a.older');
await sees('older ones', (full + 2000 - 25).toLocaleString('en'));
check('so many rows', await page.$$eval('.row', (rows) => rows.length), 25);
await go('#/transactions');
await page.click('a.older');
await page.waitForFunction(() => document.querySelectorAll('.row').length === 25);
for (const view of ['blocks', 'transactions', 'contracts', 'accounts']) {
  await go(`#/${view}`);
  await picture(view);
}

// Search.
for (const [text, expected] of [[String(full), `Block ${full}`], [hash, 'token.transfer('], ['token', 'totalSupply'], [BOB, 'Balance']]) {
  await page.$eval('#search input', (it, text) => { it.value = text; }, text);
  await page.focus('#search input');
  await page.keyboard.press('Enter');
  await sees(`a search for ${text}`, expected);
}

// A node that goes away and comes back.
check('no errors so far', wrong, []);
await go('#/');
const port = new URL(url).port;
stop();
await page.waitForFunction(() => !document.querySelector('#notice').hidden);
wrong.length = 0;
const again = await start(process.env.HEBE ?? 'hebe', ['node', '--port', port]);
await page.waitForFunction(() => document.querySelector('#notice').hidden, { timeout: 20_000 });
await sees('a new chain', 'No transactions yet.');
// While there was no node, the browser itself told of connections that failed.
check('no other errors', wrong.filter((text) => !/WebSocket connection to .* failed/.test(text)), []);
again.stop();
await browser.close();
done('page');
