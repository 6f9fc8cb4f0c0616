// One transaction: what it was, the tree of its calls, and what it changed.

import { el, put } from './dom.js';
import { KINDS, count, ether, grouped, gwei, short } from './format.js';
import { ask } from './rpc.js';
import { account, amount, block, copy, empty, facts, hex, moment, outcome, section, tag, text, what, wholeAccount } from './parts.js';

/** So many calls are open from the start; the others open when somebody asks. */
const OPEN = 40;

/** So many rows of a table are shown at first. */
const ROWS = 50;

export function transactionView(hash) {
  const summary = el('div', { class: 'about-it' });
  const inside = el('div');
  let shown;
  return {
    title: `Transaction ${short(hash)}`,
    heading: 'Transaction',
    element: el('div', { 'aria-busy': 'true' }, summary, inside),
    async refresh() {
      const row = (await ask('hebe_find', hash))?.transaction;
      const key = JSON.stringify(row ?? null);
      if (key === shown) return;
      if (!row) {
        shown = key;
        put(summary, empty('There is no such transaction on this chain. It may have been taken back.'));
        put(inside);
        return;
      }
      put(summary, about(row));
      if (row.block === undefined) {
        put(inside, el('p', { class: 'faint' }, 'It waits for a block. What it does is shown once it is in one.'));
        shown = key;
        return;
      }
      // It runs again for this, and so does all before it in its block.
      if (shown === undefined) put(inside, el('p', { class: 'faint' }, 'Looking inside…'));
      put(inside, details(await ask('hebe_transaction', hash), row));
      shown = key;
    },
  };
}

function about(row) {
  const isMined = row.block !== undefined;
  const kinds = ['legacy', 'access list (EIP-2930)', 'fee market (EIP-1559)', 'blobs (EIP-4844)', 'delegations (EIP-7702)'];
  return [
    el('p', { class: 'lead' }, outcome(row.status ?? 'waits'), ' ', what(row)),
    row.reason && el('p', { class: 'problem' }, row.status === 'reverted' ? 'It reverted: ' : 'It failed: ', text(row.reason)),
    row.status === 'reverted' && !row.reason && el('p', { class: 'problem' }, 'It reverted without a reason.'),
    el('div', { class: 'card' }, facts([
      ['Hash', hex(row.hash)],
      isMined && ['Block', block(row.block), `, number ${grouped(row.index)} in it, `, moment(row.timestamp)],
      ['From', wholeAccount(row.from, row.fromName)],
      row.to && ['To', wholeAccount(row.to, row.toName)],
      row.created && ['Created', wholeAccount(row.created, row.createdName)],
      ['Value', amount(row.value)],
      ['Gas', isMined ? `${grouped(row.gasUsed)} of ${grouped(row.gas)}` : `at most ${grouped(row.gas)}`],
      isMined && ['Fee', amount(BigInt(row.gasUsed) * BigInt(row.price)), ` (${gwei(row.price)} for a unit of gas)`],
      ['Nonce', grouped(row.nonce)],
      ['Type', kinds[row.type] ?? row.type],
    ])),
  ];
}

function details({ call, storage, balances, changedWords }, { hash, dataBytes }) {
  return [
    section('Calls', el('div', { class: 'card tree' }, tree(call))),
    storage.length > 0 && section(`Storage changes`, table(
      ['Contract', 'Word', 'Before', 'After'],
      storage.map((change) => () => [
        account(change.account, change.name),
        change.slot ? el('span', { title: change.key }, text(change.slot)) : word(change.key),
        word(change.before),
        word(change.after),
      ]),
      changedWords,
    )),
    balances.length > 0 && section('Balances', table(
      ['Account', 'Change', 'After'],
      balances.map(({ account: address, name, before, after }) => () => {
        const change = BigInt(after) - BigInt(before);
        return [account(address, name), el('span', { class: 'amount' }, change > 0n ? '+' : '', ether(change)), amount(after)];
      }),
    )),
    dataBytes > 0 && section('Data', data(hash, dataBytes)),
  ];
}

/** A transaction's data, which is asked for when somebody wants to see it. */
function data(hash, size) {
  const box = el('div', { class: 'bytes' });
  const fold = el('details', { class: 'fold' }, el('summary', {}, count(size, 'byte')), box);
  fold.addEventListener('toggle', async () => {
    if (box.firstChild || !fold.open) return;
    const { input } = (await ask('eth_getTransactionByHash', hash)) ?? { input: '' };
    const shown = input.slice(0, 20_000);
    put(box, el('code', {}, shown, shown.length < input.length && '…'), copy(input));
  });
  return fold;
}

/** A table that begins with some of its rows; each row is a function that makes its cells. */
function table(names, rows, all = rows.length) {
  const body = el('tbody');
  const more = el('p', { class: 'more' });
  const show = (upTo) => {
    for (const row of rows.slice(body.children.length, upTo)) body.append(el('tr', {}, row().map((cell) => el('td', {}, cell))));
    const left = rows.length - body.children.length;
    put(
      more,
      left > 0 && el('button', { type: 'button', onclick: () => show(body.children.length + 10 * ROWS) }, `Show more of ${grouped(left)}`),
      left === 0 && all > rows.length && `${grouped(all - rows.length)} more are not shown.`,
    );
  };
  show(ROWS);
  return el(
    'div',
    {},
    el('div', { class: 'card scroll', tabindex: '0', role: 'region', 'aria-label': names.join(', ') },
      el('table', {}, el('thead', {}, el('tr', {}, names.map((name) => el('th', { scope: 'col' }, name)))), body)),
    more,
  );
}

/** A word of storage, as what it looks like: a number, an account, or bytes. */
function word(hexWord) {
  const number = BigInt(hexWord);
  const shown = number < 2n ** 96n ? grouped(number) : number < 2n ** 160n ? account(`0x${hexWord.slice(26)}`) : short(hexWord);
  return el('span', { class: 'hex', title: hexWord }, shown);
}

/** The tree of a transaction's calls. */
function tree(root) {
  let opened = 0;
  return node(root, 0);

  function node(call, depth) {
    const isCreation = call.type.startsWith('CREATE');
    const body = el('div', { class: 'inside', hidden: true });
    const toggle = el('button', { type: 'button', class: 'toggle', 'aria-expanded': 'false', 'aria-label': `Inside of ${call.toName ?? short(call.to ?? '')}`, onclick: flip });
    // A click beside the links does the same.
    const isElsewhere = ({ target }) => !target.closest('a, button') && getSelection().isCollapsed;
    const element = el(
      'div',
      { class: call.error ? 'call bad' : 'call' },
      el(
        'div',
        { class: 'head', onclick: (event) => isElsewhere(event) && flip() },
        el('span', { class: 'gas' }, `${grouped(BigInt(call.gasUsed ?? 0))}`, el('span', { class: 'faint' }, ' gas')),
        toggle,
        tag(verb(call.type), 'quiet'),
        ' ',
        call.to ? account(call.to, call.toName) : isCreation ? 'a contract' : 'nobody',
        call.text && ['.', text(call.text.replace(/^\./, ''))],
        !call.text && !isCreation && call.input !== '0x' && [' with ', el('span', { class: 'hex', title: call.input }, short(call.input))],
        BigInt(call.value) > 0n && [' with ', amount(call.value)],
        call.returned && [el('span', { class: 'faint' }, ' → '), text(call.returned)],
      ),
      call.error && el('p', { class: 'reason' }, call.reason ? ['reverted: ', text(call.reason)] : text(call.error)),
      body,
    );
    function flip() {
      // What nobody looks at is not made.
      if (!body.firstChild) put(body, inside(call, depth));
      body.hidden = !body.hidden;
      toggle.setAttribute('aria-expanded', String(!body.hidden));
    }
    if (opened < OPEN) {
      opened += 1;
      flip();
    }
    return element;
  }

  function inside(call, depth) {
    const items = inOrder(call);
    const list = el('div');
    const more = el('p', { class: 'more' });
    const show = () => {
      for (const item of items.splice(0, ROWS)) list.append(item.call ? node(item.call, depth + 1) : eventLine(item.event));
      put(
        more,
        items.length > 0 && el('button', { type: 'button', onclick: show }, `Show more of ${grouped(items.length)}`),
        items.length === 0 && call.omitted > 0 && `${grouped(call.omitted)} more are not shown.`,
      );
    };
    show();
    return [
      el(
        'p',
        { class: 'faint about' },
        'from ', account(call.from, call.fromName),
        KINDS[call.kind] && call.kind !== 'account' && ` · ${KINDS[call.kind]}`,
        call.gas && BigInt(call.gas) > 0n && ` · ${grouped(BigInt(call.gas))} gas given`,
      ),
      list,
      more,
      !call.returned && !call.error && !call.type.startsWith('CREATE') && call.output !== '0x' && el('p', { class: 'about' }, el('span', { class: 'faint' }, 'returned '), text(call.output)),
    ];
  }
}

/** The calls and events inside of a call, as they happened. */
function inOrder({ calls, events }) {
  const items = [];
  let next = 0;
  const eventsUpTo = (position) => {
    while (next < events.length && events[next].position <= position) items.push({ event: events[next++] });
  };
  calls.forEach((call, index) => {
    eventsUpTo(index);
    items.push({ call });
  });
  eventsUpTo(Infinity);
  return items;
}

function eventLine({ account: address, name, text: decoded, topics, data }) {
  const raw = () => [
    topics.map((topic) => el('div', { class: 'raw' }, 'topic ', el('span', { class: 'hex' }, topic))),
    data !== '0x' && el('div', { class: 'raw' }, 'data ', el('span', { class: 'hex' }, data)),
  ];
  return el('div', { class: 'event' }, tag('event'), ' ', account(address, name), decoded ? ['.', text(decoded)] : raw());
}

/** What a call of this type does. */
function verb(type) {
  const words = { STATICCALL: 'static call', DELEGATECALL: 'delegate call', CALLCODE: 'call code', SELFDESTRUCT: 'self-destruct', CREATE2: 'create2' };
  return words[type] ?? type.toLowerCase();
}
