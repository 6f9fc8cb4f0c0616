// The chain as lists: the overview, blocks, transactions, one block.

import { el, fill, put } from './dom.js';
import { count, grouped, gwei, short } from './format.js';
import { ask, status, url } from './rpc.js';
import {
  account, accountRow, block, blockRow, empty, facts, hex, moment, section, transactionKey, transactionRow,
} from './parts.js';

/** How many rows a page of a list has. */
const ROWS = 25;

/** What to do on a chain on which nothing has happened. */
const beginning = () => empty('No transactions yet. Deploy a contract from a terminal:', `hebe deploy counter.wasm --rpc ${url}`);

export const blockKey = (row) => row.hash;
export const accountKey = (row) => JSON.stringify(row);

/** A list that shows `nothing` when it is empty. */
export function listOf(key, make, nothing) {
  const rows = el('ol', { class: 'list' });
  const element = el('div', { class: 'card' }, rows);
  return {
    element,
    show(items) {
      fill(rows, items, key, make);
      if (items.length > 0) {
        if (element.firstChild !== rows) put(element, rows);
      } else if (element.firstChild === rows) put(element, nothing());
    },
  };
}

/** What is newest of everything. */
export function overview() {
  const pending = waitingTransactions();
  const transactions = listOf(transactionKey, transactionRow, beginning);
  const blocks = listOf(blockKey, blockRow, () => empty('No blocks yet.'));
  const contracts = listOf(accountKey, accountRow, () => empty('No contracts yet, but for those that every chain has.'));
  const own = listOf(accountKey, accountRow, () => empty('The node has no accounts of its own. Start it with --accounts.'));
  const more = (href, words) => el('p', { class: 'more' }, el('a', { href }, words));
  const element = el(
    'div',
    { class: 'columns', 'aria-busy': 'true' },
    el('div', {}, pending.element, section('Transactions', transactions.element, more('#/transactions', 'All transactions'))),
    el(
      'div',
      {},
      section('Blocks', blocks.element, more('#/blocks', 'All blocks')),
      section('Contracts', contracts.element, more('#/contracts', 'All contracts')),
      section('Accounts', own.element, more('#/accounts', 'All accounts')),
    ),
  );
  return {
    element,
    async refresh() {
      const [newest, there, known, accounts] = await Promise.all([
        ask('hebe_transactions', null, 15),
        ask('hebe_blocks', null, 10),
        ask('hebe_accounts', 'contracts', 0, 8),
        ask('hebe_accounts', 'own', 0, 5),
        pending.refresh(),
      ]);
      transactions.show(newest.rows);
      blocks.show(there);
      contracts.show(known.filter(({ isBuiltIn }) => !isBuiltIn));
      own.show(accounts);
    },
  };
}

/** The transactions that wait for a block, where there are any. */
function waitingTransactions() {
  const heading = el('h2');
  const list = listOf(transactionKey, transactionRow, () => empty('Nothing waits.'));
  const button = el('button', { type: 'button', onclick: () => ask('evm_mine').catch(() => {}) }, 'Make a block');
  const element = el('section', { hidden: true }, el('div', { class: 'headed' }, heading, button), list.element);
  return {
    element,
    async refresh() {
      const { count: all, rows } = await ask('hebe_pending', 10);
      element.hidden = all === 0;
      put(heading, all === 1 ? '1 transaction waits' : `${grouped(all)} transactions wait`);
      button.hidden = Boolean(status?.blockTime);
      list.show(rows);
    },
  };
}

/** Links to the newest rows and to older ones; `older` is nothing where there are none. */
export function pages(newest, older, words = ['Newest', 'Older']) {
  return el(
    'p',
    { class: 'pages' },
    newest && el('a', { href: newest }, `← ${words[0]}`),
    older && el('a', { href: older, class: 'older' }, `${words[1]} →`),
  );
}

/** All blocks, from one on. */
export function blocksView(before) {
  const list = listOf(blockKey, blockRow, () => empty('There are no older blocks.'));
  const links = el('div');
  return {
    title: 'Blocks',
    element: el('div', { 'aria-busy': 'true' }, list.element, links),
    async refresh() {
      const rows = await ask('hebe_blocks', before === undefined ? null : Number(before), ROWS);
      list.show(rows);
      const last = rows.at(-1)?.number;
      put(links, pages(before !== undefined && '#/blocks', last > 0 && `#/blocks/${last}`));
    },
  };
}

/** All transactions, from one on. */
export function transactionsView(number, index) {
  const pending = waitingTransactions();
  const list = listOf(transactionKey, transactionRow, number === undefined ? beginning : () => empty('There are no older transactions.'));
  const links = el('div');
  return {
    title: 'Transactions',
    element: el('div', { 'aria-busy': 'true' }, number === undefined && pending.element, list.element, links),
    async refresh() {
      const before = number === undefined ? null : [Number(number), Number(index)];
      const [{ rows, next }] = await Promise.all([ask('hebe_transactions', before, ROWS), before ?? pending.refresh()]);
      list.show(rows);
      put(links, pages(before && '#/transactions', next && `#/transactions/${next[0]}/${next[1]}`));
    },
  };
}

/** A block with its transactions, from one of them on. */
export function blockView(number, start = '0') {
  const about = el('div', { class: 'about-it' });
  const list = listOf(transactionKey, (row) => transactionRow(row, true), () => empty('No transactions in this block.'));
  const links = el('div');
  const heading = el('h2');
  const element = el('div', { 'aria-busy': 'true' }, about, el('section', {}, heading, list.element, links));
  const isNumber = /^\d+$/.test(number);
  const name = isNumber ? grouped(number) : short(number);
  let shown;
  return {
    title: `Block ${name}`,
    element,
    async refresh() {
      const first = Number(start);
      const id = isNumber ? `0x${BigInt(number).toString(16)}` : number;
      const found = await ask('hebe_block', id, first, ROWS);
      if (!found) {
        put(about, empty(`There is no block ${name} on this chain${status ? `; the newest is ${grouped(status.block)}` : ''}.`));
        shown = undefined;
        list.show([]);
        return;
      }
      list.show(found.rows);
      // The newest block has a next one as soon as there is one.
      const key = `${found.hash} ${status?.block > found.number}`;
      if (key === shown) return;
      shown = key;
      const { header } = found;
      put(
        about,
        pages(found.number > 0 && `#/block/${found.number - 1}`, status?.block > found.number && `#/block/${found.number + 1}`, ['Block before', 'Next block']),
        el('div', { class: 'card' }, facts([
          ['Time', moment(found.timestamp)],
          ['Gas', `${grouped(found.gasUsed)} of ${grouped(found.gasLimit)} (${((100 * found.gasUsed) / found.gasLimit).toFixed(1)}%)`],
          header.baseFeePerGas && ['Base fee', gwei(header.baseFeePerGas)],
          ['Hash', hex(found.hash)],
          found.number > 0 && ['Parent', el('span', { class: 'whole' }, el('a', { href: `#/block/${found.number - 1}`, class: 'hex' }, header.parentHash))],
          ['State root', hex(header.stateRoot)],
          ['Coinbase', account(header.miner)],
          ['Size', count(Number(header.size ?? 0), 'byte')],
        ])),
      );
      const [from, to] = [first + 1, first + found.rows.length];
      const isPart = found.rows.length < found.transactions;
      put(heading, found.transactions === 0 ? 'Transactions' : isPart ? `Transactions ${grouped(from)} to ${grouped(to)} of ${grouped(found.transactions)}` : count(found.transactions, 'transaction'));
      const page = (at) => `#/block/${number}/${at}`;
      put(links, pages(first > 0 && page(Math.max(0, first - ROWS)), to < found.transactions && page(to), ['Before', 'More']));
    },
  };
}
