// Which view is shown, and when it is shown anew.

import { el, put } from './dom.js';
import { count, grouped } from './format.js';
import { Refused, ask, connect, onConnection, onStatus } from './rpc.js';
import { blockView, blocksView, overview, transactionsView } from './chain.js';
import { transactionView } from './transaction.js';
import { accountView, accountsView, contractsView } from './accounts.js';

/** How long a view is left as it is, in milliseconds; longer where it takes the node long to answer. */
const PAUSE = 300;

const main = document.querySelector('main');
const notice = document.querySelector('#notice');
const chain = document.querySelector('#chain');
const trouble = el('p', { class: 'problem', role: 'status' });
const search = document.querySelector('#search');

/** What is shown at an address of this page, such as `#/block/5`. */
const VIEWS = {
  '': overview,
  blocks: blocksView,
  block: blockView,
  transactions: transactionsView,
  tx: transactionView,
  accounts: accountsView,
  contracts: contractsView,
  account: accountView,
};

/** The view that is shown: its element, and what brings it up to date. */
let current;

function show() {
  const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const make = VIEWS[name];
  current = make ? make(...rest) : { title: 'Nothing here', element: el('p', {}, 'There is no such page.'), refresh() {} };
  document.title = current.title ? `${current.title} · Hebe` : 'Hebe';
  put(main, el('h1', { class: current.title ? '' : 'hidden' }, current.heading ?? current.title ?? 'Overview'), trouble, current.element);
  put(trouble);
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.getAttribute('href').replace(/^#\/?/, '') === name;
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  // Whoever goes somewhere waits neither for the pause nor for what the last view has asked.
  clearTimeout(timer);
  busy = undefined;
  next = 0;
  changed();
}

/** The view that asks now, or soon. */
let busy;
let isDirty = false;
let next = 0;
let timer;

/** Something may be different: the view asks again, soon. */
function changed() {
  isDirty = true;
  if (busy === current || document.hidden) return;
  const view = (busy = current);
  timer = setTimeout(() => requestAnimationFrame(() => refresh(view)), Math.max(0, next - performance.now()));
}

async function refresh(view) {
  if (view !== current) return;
  isDirty = false;
  const begin = performance.now();
  let problem = '';
  try {
    await view.refresh();
    view.element.removeAttribute('aria-busy');
  } catch (error) {
    // While the node is gone, what it said last stays; the notice says so.
    if (isConnected) problem = error.message;
    if (isConnected && !(error instanceof Refused)) console.error(error);
  }
  if (view !== current) return;
  put(trouble, problem);
  busy = undefined;
  const end = performance.now();
  next = end + Math.max(PAUSE, 2 * (end - begin));
  if (isDirty) changed();
}

let isConnected = false;

onConnection((connected) => {
  isConnected = connected;
  notice.hidden = connected;
  document.body.classList.toggle('gone', !connected);
  if (!connected) put(notice, 'The node does not answer. This page connects again as soon as it does.');
  if (connected) changed();
});

onStatus((status) => {
  put(
    chain,
    el('a', { href: `#/block/${status.block}`, class: 'number' }, `block ${grouped(status.block)}`),
    el('span', { class: 'wide' }, `chain ${status.chainId}`),
    el('span', { class: 'wide' }, status.revision),
    el('span', { class: 'wide' }, status.blockTime ? `a block each ${count(status.blockTime, 'second')}` : status.automine ? '' : 'blocks on demand'),
  );
  changed();
});

search.addEventListener('submit', async (event) => {
  event.preventDefault();
  const input = search.elements.text;
  const text = input.value.trim().replaceAll(',', '');
  if (!text) return;
  const found = await ask('hebe_find', text).catch(() => null);
  if (found) {
    input.value = '';
    input.blur();
    location.hash = found.block !== undefined ? `#/block/${found.block}` : found.account ? `#/account/${found.account}` : `#/tx/${found.transaction.hash}`;
  } else {
    input.setCustomValidity(`There is no block, transaction, address or name “${text}” on this chain.`);
    input.reportValidity();
  }
});
search.elements.text.addEventListener('input', () => search.elements.text.setCustomValidity(''));

window.addEventListener('hashchange', () => {
  show();
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
});
document.addEventListener('visibilitychange', changed);

show();
connect();
