// Transactions from the node's own accounts: who sends, what goes along, and what came of it.

import { el, put } from './dom.js';
import { count, ether, grouped, short, wei } from './format.js';
import { ask, nextChange, status } from './rpc.js';
import { block, text, transaction } from './parts.js';

/** The highest gas limit of a transaction (EIP-7825). */
const MAX_GAS = 2 ** 24;

/** Why the node refused, in a sentence. */
export function problem(error) {
  if (error.code !== 3) return text(error.message);
  const reason = error.message.replace(/^execution reverted:? ?/, '');
  return reason ? ['It reverts: ', text(reason)] : 'It reverts without a reason.';
}

/** The choice of who sends. */
export function sender() {
  const element = el('select', { 'aria-label': 'From' });
  let shown;
  return {
    element,
    get address() {
      return element.value;
    },
    async refresh() {
      const own = await ask('hebe_accounts', 'own', 0, 100);
      const options = own.map(({ own: index, address, name, balance }) => [address, `${index}: ${name ?? short(address)}, ${ether(balance, 2)}`]);
      const key = JSON.stringify(options);
      if (key === shown) return;
      shown = key;
      // Text alone is changed, so that the choice stays open and as it is.
      options.forEach(([value, label], index) => {
        const option = element.options[index];
        if (option) option.textContent = label;
        else element.append(el('option', { value }, label));
      });
    },
  };
}

/** The field for ether that goes along. */
export function etherField() {
  const input = el('input', { type: 'text', inputmode: 'decimal', placeholder: '0', autocomplete: 'off' });
  return {
    element: el('label', { class: 'field' }, el('span', {}, 'Value ', el('span', { class: 'faint' }, 'ether')), input),
    read: () => `0x${wei(input.value).toString(16)}`,
  };
}

/** A form that sends ether, and data as it is. */
export function sendForm(contract) {
  const from = sender();
  const payment = etherField();
  const data = el('input', { type: 'text', placeholder: '0x', autocomplete: 'off', spellcheck: 'false' });
  const output = el('output', { 'aria-live': 'polite' });
  from.refresh().catch(() => {});
  return el(
    'form',
    {
      onsubmit(event) {
        event.preventDefault();
        send(output, async () => ({ from: from.address, to: contract.address, value: payment.read(), data: data.value.trim() || '0x' }));
      },
    },
    el('label', { class: 'field' }, el('span', {}, 'From'), from.element),
    payment.element,
    contract.codeBytes > 0 && el('label', { class: 'field' }, el('span', {}, 'Data ', el('span', { class: 'faint' }, 'bytes')), data),
    el('div', { class: 'buttons' }, el('button', {}, 'Send')),
    output,
  );
}

/** Sends a transaction, and tells what came of it. */
export async function send(output, make) {
  put(output, el('p', { class: 'faint' }, 'Sending…'));
  let request;
  try {
    request = await make();
    await follow(output, await ask('eth_sendTransaction', request));
  } catch (error) {
    // The node tries it out first, to find the gas that it takes.
    const isSendable = request && error.code === 3;
    put(
      output,
      el('p', { class: 'problem' }, problem(error)),
      isSendable && el('p', {}, 'Nothing was sent. ', el('button', { type: 'button', class: 'small', onclick: () => sendAnyway(output, request) }, 'Send anyway')),
    );
  }
}

/** Sends what reverts, so that it can be looked at in a block. */
function sendAnyway(output, request) {
  const gas = Math.min(MAX_GAS, status?.gasLimit ?? MAX_GAS);
  send(output, async () => ({ ...request, gas: `0x${gas.toString(16)}` }));
}

/** Waits until a transaction is in a block, and says how it ended. */
async function follow(output, hash) {
  for (;;) {
    const found = (await ask('hebe_find', hash))?.transaction;
    if (found?.block !== undefined) {
      const link = transaction(hash, 'Look at it');
      const ended = { ok: 'Done', reverted: 'It reverted', failed: 'It failed' }[found.status];
      put(
        output,
        el('p', { class: found.status === 'ok' ? 'result' : 'problem' }, `${ended} in block `, block(found.block), `, with ${grouped(found.gasUsed)} gas`, found.reason ? [': ', text(found.reason)] : '', '. ', link, '.'),
      );
      if (found.status === 'ok') await showEvents(output, hash);
      return;
    }
    put(output, el('p', { class: 'faint' }, found ? 'It waits for a block. ' : 'It is gone: somebody dropped it, or took it back. ', transaction(hash)));
    if (!found || !output.isConnected) return;
    await nextChange();
  }
}

/** The events of a transaction that was just sent. */
async function showEvents(output, hash) {
  const { call } = await ask('hebe_transaction', hash);
  const events = [];
  const collect = ({ events: own, calls }) => {
    events.push(...own);
    calls.forEach(collect);
  };
  collect(call);
  output.append(...events.slice(0, 10).map((event) => el('p', { class: 'about' }, text(event.text ?? `event ${event.topics?.[0] ?? ''}`))));
  if (events.length > 10) output.append(el('p', { class: 'about faint' }, `and ${count(events.length - 10, 'more event')}`));
}
