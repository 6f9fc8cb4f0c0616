// Accounts and contracts: lists, and one of them with what can be asked of it.

import { el, put } from './dom.js';
import { KINDS, count, grouped, short } from './format.js';
import { ask, url } from './rpc.js';
import { accountKey, listOf, pages } from './chain.js';
import {
  account, accountRow, amount, empty, facts, hex, section, tag, transactionKey, transactionRow, wholeAccount,
} from './parts.js';
import { functions } from './functions.js';
import { sendForm } from './send.js';

const ROWS = 25;

/** A page of a list of accounts: asks for one more than it shows, to know whether there are more. */
async function page(which, start, list, links, address, words) {
  const rows = await ask('hebe_accounts', which, start, ROWS + 1);
  list.show(rows.slice(0, ROWS));
  put(links, pages(start > 0 && `${address}/${Math.max(0, start - ROWS)}`, rows.length > ROWS && `${address}/${start + ROWS}`, words));
}

/** All contracts, those with a name first. */
export function contractsView(start = '0') {
  const list = listOf(accountKey, accountRow, () => empty('No contracts yet. Deploy one from a terminal:', `hebe deploy counter.wasm --rpc ${url}`));
  const links = el('div');
  return {
    title: 'Contracts',
    element: el('div', { 'aria-busy': 'true' }, list.element, links),
    refresh: () => page('contracts', Number(start), list, links, '#/contracts', ['Before', 'More']),
  };
}

/** The node's own accounts, and all that are no contracts. */
export function accountsView(start = '0') {
  const first = Number(start);
  const own = listOf(accountKey, accountRow, () => empty('The node has no accounts of its own. Start it with --accounts.'));
  const others = listOf(accountKey, accountRow, () => empty('No other account has anything yet.'));
  const links = el('div');
  return {
    title: 'Accounts',
    element: el(
      'div',
      { 'aria-busy': 'true' },
      first === 0 && section('The node signs for these', own.element),
      section('Others', others.element, links),
    ),
    async refresh() {
      await Promise.all([
        first === 0 && ask('hebe_accounts', 'own', 0, 100).then(own.show),
        page('others', first, others, links, '#/accounts', ['Before', 'More']),
      ]);
    },
  };
}

/** One account: what it has, what it is, and forms for what its ABI lets somebody ask. */
export function accountView(given) {
  const address = given.toLowerCase();
  if (!/^0x[0-9a-f]{40}$/.test(address)) {
    return { title: 'Nothing here', element: empty('This is no address: it takes 0x and 40 hex digits.'), refresh() {} };
  }
  const about = el('div', { class: 'about-it' });
  const forms = el('div');
  const imports = el('div');
  const list = listOf(transactionKey, transactionRow, () => empty('No transactions yet.'));
  const links = el('p', { class: 'pages' });
  const element = el('div', { 'aria-busy': 'true' }, about, forms, imports, section('Transactions', list.element, links));
  let [shown, described, active, before] = [];
  const view = {
    title: short(address),
    heading: 'Account',
    element,
    async refresh() {
      const [it, transactions] = await Promise.all([
        ask('hebe_contract', address),
        ask('hebe_transactions', before ?? null, 10, address),
      ]);
      const { abi, ...rest } = it;
      const key = JSON.stringify(rest);
      if (key !== shown) {
        shown = key;
        put(about, describe(it));
        put(imports, it.imports.length > 0 && importsOf(it.imports));
        if (element.isConnected) {
          put(document.querySelector('h1'), it.name ?? (it.codeBytes > 0 ? 'Contract' : 'Account'));
          document.title = `${it.name ?? short(address)} · Hebe`;
        }
      }
      // Forms stay as they are while somebody fills them in.
      const code = JSON.stringify([abi, it.codeHash, it.kind]);
      if (code !== described) {
        described = code;
        active = it.codeBytes > 0 ? functions(it) : null;
        put(forms, active?.element ?? section('Send ether', el('div', { class: 'card' }, sendForm(it))));
      }
      await active?.refresh();
      list.show(transactions.rows);
      put(
        links,
        before && el('button', { type: 'button', onclick: () => go(undefined) }, '← Newest'),
        transactions.next && el('button', { type: 'button', class: 'older', onclick: () => go(transactions.next) }, 'Older →'),
      );
    },
  };
  async function go(to) {
    before = to;
    await view.refresh().catch(() => {});
  }
  return view;
}

function describe(it) {
  const isContract = it.codeBytes > 0;
  return el('div', { class: 'card' }, facts([
    ['Address', wholeAccount(it.address)],
    ['Balance', amount(it.balance)],
    ['Nonce', grouped(it.nonce)],
    it.own !== null && ['Keys', `The node signs for it: it is account ${it.own} of its own.`],
    isContract && ['Kind', tag(KINDS[it.kind], it.kind), it.isBuiltIn && ' The chain has it from the start.'],
    it.delegate && ['Runs the code of', account(it.delegate, null, true)],
    isContract && ['Code', count(it.codeBytes, 'byte')],
    isContract && ['Code hash', hex(it.codeHash)],
    isContract && ['Storage', count(it.words, 'word')],
  ]));
}

/** The functions that Wasm code imports, in their modules. */
function importsOf(imports) {
  const names = imports.map((name) => el('li', {}, el('code', {}, name)));
  return section('Imports', el('details', { class: 'fold' }, el('summary', {}, `It imports ${count(imports.length, 'function')} of the chain`), el('ul', { class: 'names' }, names)));
}
