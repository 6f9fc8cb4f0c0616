// How numbers, amounts, times and bytes are written.

/** 1,234,567. */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Wei as ether: exactly, or with so many decimals. What is less than a millionth of an ether is written in wei. */
export function ether(wei, decimals = 18) {
  const amount = BigInt(wei);
  const sign = amount < 0n ? '−' : '';
  const size = amount < 0n ? -amount : amount;
  if (size === 0n) return '0 ether';
  if (size < 10n ** 12n) return `${sign}${grouped(size)} wei`;
  const fraction = (size % 10n ** 18n).toString().padStart(18, '0').slice(0, decimals).replace(/0+$/, '');
  return `${sign}${grouped(size / 10n ** 18n)}${fraction ? `.${fraction}` : ''} ether`;
}

/** Wei from what somebody wrote as ether, such as `1.5`; also `250 wei`. */
export function wei(text) {
  const [, whole, fraction = '', unit = 'ether'] =
    text.trim().match(/^([\d,]*)(?:\.(\d+))?\s*(ether|wei)?$/) ?? fail(text);
  if (!whole && !fraction) return text.trim() ? fail(text) : 0n;
  if (fraction.length > (unit === 'wei' ? 0 : 18)) fail(text);
  const digits = whole.replaceAll(',', '') + (unit === 'wei' ? '' : fraction.padEnd(18, '0'));
  return BigInt(digits || '0');
}

function fail(text) {
  throw new Error(`“${text}” is no amount. Write it in ether, such as 1.5.`);
}

/** Wei for a unit of gas, in gwei. */
export function gwei(price) {
  const amount = BigInt(price);
  const fraction = (amount % 10n ** 9n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${grouped(amount / 10n ** 9n)}${fraction ? `.${fraction}` : ''} gwei`;
}

/** A number of things: `1 block`, `2 blocks`. */
export function count(number, thing) {
  return `${grouped(number)} ${thing}${BigInt(number) === 1n ? '' : 's'}`;
}

/** A hash or an address, the middle left out. */
export function short(hex) {
  return hex.length > 14 ? `${hex.slice(0, 6)}…${hex.slice(-4)}` : hex;
}

/** A block's time where the reader is; today's without the date. */
export function time(seconds) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `second ${grouped(seconds)}`;
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? date.toLocaleTimeString() : date.toLocaleString();
}

/** What kind of account it is. */
export const KINDS = { account: 'account', wasm: 'Wasm', evm: 'EVM', delegated: 'delegated' };
