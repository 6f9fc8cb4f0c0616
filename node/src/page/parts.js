// What several views show: links, amounts, texts of the chain, rows of lists.

import { el, put } from './dom.js';
import { KINDS, count, ether, grouped, short, time } from './format.js';

/** An account, by its name where it has one. */
export function account(address, name, isWhole = false) {
  const text = name ?? (isWhole ? address : short(address));
  return el('a', { href: `#/account/${address}`, class: name ? 'name' : 'hex', title: address }, text);
}

/** An account with its name and its whole address. */
export function wholeAccount(address, name) {
  return [name && [account(address, name), ' '], el('span', { class: 'whole' }, account(address, null, true), copy(address))];
}

/** A block's number. */
export const block = (number) => el('a', { href: `#/block/${number}`, class: 'number' }, grouped(number));

/** An account by its address, which is whole where there is room for it. */
function either(address) {
  const link = account(address);
  return put(link, el('span', { class: 'if-wide' }, address), el('span', { class: 'if-narrow' }, short(address)));
}

/** A transaction's hash. */
export function transaction(hash, text = short(hash)) {
  return el('a', { href: `#/tx/${hash}`, class: 'hex', title: hash }, text);
}

/** Bytes that lead nowhere, whole, to be copied. */
export const hex = (bytes) => el('span', { class: 'whole' }, el('span', { class: 'hex' }, bytes), copy(bytes));

/** An amount; whole where somebody points at it. */
export function amount(wei, decimals) {
  return el('span', { class: 'amount', title: `${grouped(BigInt(wei))} wei` }, ether(wei, decimals));
}

/** A time. */
export function moment(seconds) {
  const date = new Date(Number(seconds) * 1000);
  const isDate = !Number.isNaN(date.getTime());
  return el('time', { datetime: isDate && date.toISOString(), title: isDate && date.toString() }, time(seconds));
}

/** A button that copies a text. */
export function copy(text) {
  const button = el('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${short(text)}`, onclick: click }, 'copy');
  async function click() {
    // Browsers give the clipboard to pages of this machine or of HTTPS alone.
    const isDone = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    put(button, isDone ? 'copied' : 'can’t copy');
    setTimeout(() => put(button, 'copy'), 1500);
  }
  return button;
}

/** A text of the chain, such as a call with its arguments: addresses in it are links, and long bytes are cut. */
export function text(words) {
  const pieces = String(words).split(/(0x[0-9a-fA-F]{40,})/);
  return el(
    'span',
    { class: 'text' },
    pieces.map((piece, index) => {
      if (index % 2 === 0) return piece;
      if (piece.length === 42) return account(piece.toLowerCase());
      return el('span', { title: piece }, short(piece));
    }),
  );
}

/** How a transaction ended. */
export const outcome = (status) => el('span', { class: `outcome ${status}` }, status);

/** A small word on a colour of its own. */
export const tag = (word, kind = word) => el('span', { class: `tag ${kind}` }, word);

/** A part of a view with a heading. */
export function section(title, ...children) {
  return el('section', {}, el('h2', {}, title), children);
}

/** Names and values; those without a value are left out. */
export function facts(list) {
  const rows = list.filter((fact) => fact && fact[1] !== null && fact[1] !== undefined);
  return el('dl', {}, rows.map(([name, ...value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/** What stands where there is nothing yet, with a command that helps. */
export function empty(sentence, command) {
  return el('div', { class: 'empty' }, el('p', {}, sentence), command && el('p', {}, el('code', {}, command), copy(command)));
}

/** The link that a row as a whole leads to. */
function own(link) {
  link.classList.add('own');
  return link;
}

/** Who calls what of whom. */
export function what(row) {
  const from = account(row.from, row.fromName);
  if (row.to === null) return [from, ' creates ', row.created ? account(row.created, row.createdName) : 'a contract'];
  const to = account(row.to, row.toName);
  const value = BigInt(row.value) > 0n;
  if (!row.call) return value ? [from, ' sends ', amount(row.value, 6), ' to ', to] : [from, ' calls ', to, ' without data'];
  return [from, ' → ', to, '.', text(row.call), value && [' with ', amount(row.value, 6)]];
}

/** A transaction in a list. */
export function transactionRow(row, isInBlock) {
  const isMined = row.block !== undefined;
  const isElsewhere = isMined && !isInBlock;
  return el(
    'li',
    { class: 'row tx' },
    el('div', { class: 'main' }, what(row)),
    row.reason && el('div', { class: 'reason' }, text(row.reason)),
    el(
      'div',
      { class: 'meta' },
      outcome(row.status ?? 'waits'),
      own(transaction(row.hash)),
      isElsewhere && el('span', {}, 'block ', block(row.block)),
      isMined && el('span', {}, `${grouped(row.gasUsed)} gas`),
      isElsewhere && moment(row.timestamp),
    ),
  );
}

/** The key of a transaction in a list: another one where its decoded text is another. */
export const transactionKey = (row) => JSON.stringify([row.hash, row.blockHash, row.call, row.fromName, row.toName, row.createdName, row.reason]);

/** A block in a list. */
export function blockRow(row) {
  const share = row.gasLimit ? (100 * row.gasUsed) / row.gasLimit : 0;
  return el(
    'li',
    { class: 'row line' },
    own(block(row.number)),
    el('span', { class: row.transactions ? '' : 'faint' }, row.transactions ? count(row.transactions, 'transaction') : 'empty'),
    el('span', { class: 'end' }, row.gasUsed > 0 && el('span', { title: `${share.toFixed(1)}% of the limit` }, `${grouped(row.gasUsed)} gas`), moment(row.timestamp)),
  );
}

/** An account in a list. */
export function accountRow(row) {
  const isContract = row.codeBytes > 0;
  return el(
    'li',
    { class: 'row line' },
    row.own !== null && el('span', { class: 'faint index' }, row.own),
    own(row.name ? account(row.address, row.name) : either(row.address)),
    row.name && el('span', { class: 'faint hex', title: row.address }, short(row.address)),
    isContract && tag(KINDS[row.kind], row.kind),
    row.isBuiltIn && tag('built in', 'quiet'),
    el(
      'span',
      { class: 'end' },
      isContract && el('span', {}, count(row.codeBytes, 'byte')),
      (!isContract || BigInt(row.balance) > 0n) && amount(row.balance, 4),
      !isContract && el('span', { class: 'faint' }, `nonce ${grouped(row.nonce)}`),
    ),
  );
}
