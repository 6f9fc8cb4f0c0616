// Forms for what a contract's ABI lets somebody ask and do, and for the ABI itself.

import { el, put } from './dom.js';
import { grouped } from './format.js';
import { ask } from './rpc.js';
import { section, text } from './parts.js';
import { etherField, problem, send, sendForm, sender } from './send.js';

/** A value without parameters that took longer than this, in milliseconds, is read when somebody asks. */
const SLOW = 150;

/** All that can be asked of a contract. `refresh` reads again what is shown without being asked for. */
export function functions(contract) {
  const { abi } = contract;
  if (!abi) {
    return {
      element: el('div', {},
        section('Functions', el('div', { class: 'card padded' }, el('p', {}, 'What it can be asked is not known. Give its ABI, and there are forms here.'), abiForm(contract))),
        section('Send', el('div', { class: 'card' }, sendForm(contract)))),
      refresh() {},
    };
  }
  const all = abi.filter(({ type }) => type === 'function');
  const isRead = ({ stateMutability }) => ['view', 'pure'].includes(stateMutability);
  const reads = all.filter(isRead);
  const writes = all.filter((it) => !isRead(it));
  const values = reads.filter(({ inputs }) => inputs.length === 0).map((it) => value(contract, it));
  const questions = reads.filter(({ inputs }) => inputs.length > 0).map((it) => read(contract, it));
  const from = sender();
  const element = el(
    'div',
    {},
    el('div', { class: 'columns even' },
      el('div', {}, section('Read', el('div', { class: 'card' }, reads.length === 0 && el('p', { class: 'padded' }, 'Nothing to read.'), values.map((it) => it.element), questions))),
      el('div', {}, section('Write', el('div', { class: 'card' },
        writes.length > 0 ? el('label', { class: 'field padded' }, el('span', {}, 'From'), from.element) : el('p', { class: 'padded' }, 'Nothing to write.'),
        writes.map((it) => write(contract, it, from)))))),
    section('More', el('div', { class: 'card' },
      fold('Send ether or data as it is', sendForm(contract)),
      fold('Another ABI', abiForm(contract)))),
  );
  return {
    element,
    async refresh() {
      await from.refresh();
      for (const it of values) await it.refresh();
    },
  };
}

function fold(title, content) {
  return el('details', { class: 'function' }, el('summary', {}, title), content);
}

/** A parameter's type, as signatures have it. */
function typeOf({ type, components }) {
  return type.startsWith('tuple') ? `(${components.map(typeOf).join(',')})${type.slice('tuple'.length)}` : type;
}

const signature = ({ name, inputs }) => `${name}(${inputs.map(typeOf).join(',')})`;

/** A function for reading: `balanceOf(owner) → uint256`. */
function title({ name, inputs, outputs, stateMutability }) {
  const list = (parameters) => parameters.map((it) => it.name || typeOf(it)).join(', ');
  return el(
    'span',
    { class: 'signature' },
    el('span', { class: 'name' }, name),
    el('span', { class: 'faint' }, `(${list(inputs)})`, outputs?.length > 0 && ` → ${outputs.map(typeOf).join(', ')}`, stateMutability === 'payable' && ' · payable'),
  );
}

/** What a function gave, for reading. */
function given({ text: decoded, output }) {
  if (decoded === '') return 'nothing';
  if (decoded === null || decoded === undefined) return ['bytes of another form: ', text(output)];
  return text(/^\d{5,}$/.test(decoded) ? grouped(decoded) : decoded);
}

/** A function without parameters: its value is there at once. */
function value(contract, it) {
  const output = el('output', { 'aria-live': 'off' }, '…');
  const again = el('button', { type: 'button', class: 'small', hidden: true, onclick: load }, 'Read');
  let isSlow = false;
  async function load() {
    const begin = performance.now();
    try {
      put(output, given(await ask('hebe_call', contract.address, signature(it), [])));
      output.className = '';
    } catch (error) {
      put(output, problem(error));
      output.className = 'problem';
    }
    isSlow = performance.now() - begin > SLOW;
    again.hidden = !isSlow;
  }
  return {
    element: el('div', { class: 'value' }, title(it), output, again),
    refresh: () => (isSlow ? undefined : load()),
  };
}

/** What to write where a value of this type is asked for. */
function hint(type) {
  if (type.endsWith(']')) return '[1, 2]';
  if (type.startsWith('(')) return '(1, 2)';
  if (type === 'address') return '0x… or a name';
  if (type.startsWith('bytes')) return '0x…';
  if (/^u?int/.test(type)) return '5, 0xff, 1.5 ether';
  return '';
}

/** A field for a parameter; `read` gives what is in it, as the command line would have it. */
function field(parameter, index) {
  const type = typeOf(parameter);
  const input = type === 'bool'
    ? el('select', {}, el('option', {}, 'true'), el('option', {}, 'false'))
    : el('input', { type: 'text', placeholder: hint(type), autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  return {
    element: el('label', { class: 'field' }, el('span', {}, parameter.name || `value ${index + 1}`, ' ', el('span', { class: 'faint' }, type)), input),
    // A string is what was written, whatever it looks like.
    read: () => (type === 'string' ? JSON.stringify(input.value) : input.value),
  };
}

/** A form that reads. */
function read(contract, it) {
  const fields = it.inputs.map(field);
  const output = el('output', { 'aria-live': 'polite' });
  const form = el('form', { onsubmit: submit }, fields.map((it) => it.element), el('div', { class: 'buttons' }, el('button', {}, 'Read')), output);
  async function submit(event) {
    event.preventDefault();
    try {
      const answer = await ask('hebe_call', contract.address, signature(it), fields.map((it) => it.read()));
      put(output, el('p', { class: 'result' }, given(answer)));
    } catch (error) {
      put(output, el('p', { class: 'problem' }, problem(error)));
    }
  }
  return el('details', { class: 'function' }, el('summary', {}, title(it)), form);
}

/** A form that writes. */
function write(contract, it, from) {
  const fields = it.inputs.map(field);
  const payment = it.stateMutability === 'payable' ? etherField() : null;
  const output = el('output', { 'aria-live': 'polite' });
  const form = el('form', { onsubmit: submit }, fields.map((it) => it.element), payment?.element, el('div', { class: 'buttons' }, el('button', {}, 'Send')), output);
  function submit(event) {
    event.preventDefault();
    send(output, async () => ({
      from: from.address,
      to: contract.address,
      data: await ask('hebe_encode', contract.address, signature(it), fields.map((it) => it.read())),
      value: payment ? payment.read() : '0x0',
    }));
  }
  return el('details', { class: 'function' }, el('summary', {}, title(it)), form);
}

/** The form for a contract's ABI: from a file, or pasted. */
function abiForm({ address, name }) {
  const area = el('textarea', { rows: '5', spellcheck: 'false', placeholder: '[{"type":"function", …}] or ["function add(uint256 amount)"]' });
  const file = el('input', { type: 'file', accept: '.json,application/json', onchange: load });
  const called = el('input', { type: 'text', value: name ?? '', placeholder: 'token', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  const output = el('output', { 'aria-live': 'polite' });
  async function load() {
    area.value = (await file.files[0]?.text()) ?? '';
  }
  async function submit(event) {
    event.preventDefault();
    const refuse = (words) => put(output, el('p', { class: 'problem' }, words));
    let document;
    try {
      document = JSON.parse(area.value);
    } catch {
      refuse(area.value.trim() ? 'This is no ABI: it is not JSON. Compilers write one, as a list of functions or as an artifact with a field “abi”.' : 'Choose a file, or paste an ABI.');
      return;
    }
    try {
      await ask('hebe_setInterface', address, document, called.value.trim() || null);
    } catch (error) {
      const [, ofInterface] = error.message.match(/^interface: (.*)$/s) ?? [];
      refuse(ofInterface ? ['This is no ABI: ', text(ofInterface), '.'] : text(error.message.replace(/^name: /, '')));
    }
  }
  return el(
    'form',
    { onsubmit: submit },
    el('label', { class: 'field' }, el('span', {}, 'ABI from a file'), file),
    el('label', { class: 'field' }, el('span', {}, 'or pasted'), area),
    el('label', { class: 'field' }, el('span', {}, 'Name ', el('span', { class: 'faint' }, 'if it shall have one')), called),
    el('div', { class: 'buttons' }, el('button', {}, 'Use this ABI')),
    output,
  );
}
