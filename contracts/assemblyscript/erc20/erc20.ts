// A token (ERC-20): balances, allowances, events. It answers what rust/erc20 answers, with the same
// storage, which is laid out as Solidity does it.
//
// Everything is in static memory: a contract lives for one call, in a fresh memory full of zeros. A
// word is 32 bytes at an address, big-endian where they are a number.

import * as eei from "../hebe";
import { keccak256Pair } from "../keccak";

const TRANSFER = memory.data<u8>([
  0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0, 0x68, 0xfc, 0x37, 0x8d, 0xaa,
  0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4, 0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
]);
const APPROVAL = memory.data<u8>([
  0x8c, 0x5b, 0xe1, 0xe5, 0xeb, 0xec, 0x7d, 0x5b, 0xd1, 0x4f, 0x71, 0x42, 0x7d, 0x1e, 0x84, 0xf3,
  0xdd, 0x03, 0x14, 0xc0, 0xf7, 0xb2, 0x29, 0x1e, 0x5b, 0x20, 0x0a, 0xc8, 0xc7, 0xc3, 0xb9, 0x25,
]);

// Slots of storage.
const TOTAL_SUPPLY: u8 = 0;
const BALANCES: u8 = 1;
const ALLOWANCES: u8 = 2;

// The message: a selector and up to three arguments.
const data = memory.data(4 + 3 * 32, 8);
const sender = memory.data(32, 8);

// A slot of storage, behind the key that it is hashed with; and the word that is there.
const pair = memory.data(64, 8);
const slot = pair + 32;
const word = memory.data(32, 8);

const out = memory.data(4 + 64 + 64, 8);

// ---- answers ----

// Writes a text (ASCII) as the ABI encodes it; gives its length.
function encodeText(place: usize, text: string): u32 {
  const length = text.length;
  store<u8>(place, 32, 31);
  store<u8>(place, length, 63);
  for (let index = 0; index < length; index++) store<u8>(place + index, text.charCodeAt(index), 64);
  return 64 + ((length + 31) & ~31);
}

// Error(string)
function fail(reason: string): void {
  store<u32>(out, bswap<u32>(0x08c379a0));
  eei.revert(out, 4 + encodeText(out + 4, reason));
}

function answerText(text: string): void {
  eei.finish(out, encodeText(out, text));
}

function answerNumber(number: u8): void {
  store<u8>(out, number, 31);
  eei.finish(out, 32);
}

// ---- numbers ----

// @ts-ignore: decorator
@inline
function part(place: usize, index: usize): u64 {
  return bswap<u64>(load<u64>(place + (index << 3)));
}

function isZero(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

function isAllOnes(a: usize): bool {
  return (load<u64>(a) & load<u64>(a, 8) & load<u64>(a, 16) & load<u64>(a, 24)) == u64.MAX_VALUE;
}

// a += b; whether it did not fit.
function add(a: usize, b: usize): bool {
  let carry: u64 = 0;
  for (let index: isize = 3; index >= 0; index--) {
    const x = part(a, index);
    const sum = x + part(b, index);
    const total = sum + carry;
    carry = u64(sum < x) | u64(total < sum);
    store<u64>(a + (index << 3), bswap<u64>(total));
  }
  return carry != 0;
}

// a -= b; whether b was greater.
function subtract(a: usize, b: usize): bool {
  let borrow: u64 = 0;
  for (let index: isize = 3; index >= 0; index--) {
    const x = part(a, index);
    const y = part(b, index);
    const rest = x - y;
    const total = rest - borrow;
    borrow = u64(x < y) | u64(rest < borrow);
    store<u64>(a + (index << 3), bswap<u64>(total));
  }
  return borrow != 0;
}

// ---- storage: `slot` says where, `word` is what is there ----

function at(number: u8): void {
  memory.fill(slot, 0, 32);
  store<u8>(slot, number, 31);
}

// Turns the slot of a mapping into the slot of its element: the hash of the key and the slot.
function element(key: usize): void {
  memory.copy(pair, key, 32);
  keccak256Pair(pair, slot);
}

function atBalance(owner: usize): void {
  at(BALANCES);
  element(owner);
}

function atAllowance(owner: usize, spender: usize): void {
  at(ALLOWANCES);
  element(owner);
  element(spender);
}

function answerWord(): void {
  eei.storageLoad(slot, word);
  eei.finish(word, 32);
}

// ---- the message ----

function refuseValue(): void {
  eei.getCallValue(word);
  if (load<u64>(word) | load<u64>(word, 8)) fail("the function takes no value");
}

// Reverts unless there are `count` arguments, of which the first `addresses` are addresses.
function expect(count: u32, addresses: u32, size: u32): void {
  refuseValue();
  let malformed = size < 4 + 32 * count;
  for (let index: u32 = 0; index < addresses; index++) {
    const place = argument(index);
    if (load<u64>(place) | load<u32>(place, 8)) malformed = true;
  }
  if (malformed) fail("the arguments are malformed or too short");
}

// @ts-ignore: decorator
@inline
function argument(index: usize): usize {
  return data + 4 + (index << 5);
}

// ---- the token ----

function moveTokens(from: usize, to: usize, value: usize): void {
  if (isZero(to)) fail("the recipient is nobody");
  atBalance(from);
  eei.storageLoad(slot, word);
  if (subtract(word, value)) fail("insufficient balance");
  eei.storageStore(slot, word);
  // Read after writing: sender and recipient may be the same.
  atBalance(to);
  eei.storageLoad(slot, word);
  if (add(word, value)) fail("arithmetic operation overflow");
  eei.storageStore(slot, word);
  eei.log(value, 32, 3, TRANSFER, from, to, 0);
}

function spendAllowance(owner: usize, spender: usize, value: usize): void {
  atAllowance(owner, spender);
  eei.storageLoad(slot, word);
  // This much is never used up.
  if (isAllOnes(word)) return;
  if (subtract(word, value)) fail("insufficient allowance");
  eei.storageStore(slot, word);
}

// ---- the creation ----

// The code comes with the supply at its end: a custom section "arguments" with the argument, its length
// (4 bytes, little-endian), and a size (1 byte) in front. What is before it is the contract.
const SECTION: u32 = 1 + 1 + 10 + 32 + 4;
const HEAD = memory.data<u8>([0, 46, 9, 0x61, 0x72, 0x67, 0x75, 0x6d, 0x65, 0x6e, 0x74, 0x73]);

function createToken(): void {
  refuseValue();
  const size = eei.getCodeSize();
  const code = <usize>memory.grow((size + 0xffff) >> 16) << 16;
  eei.codeCopy(code, 0, size);
  const section = code + size - SECTION;
  if (size <= SECTION || memory.compare(section, HEAD, 12) != 0 || load<u32>(section, 44) != 32) {
    fail("the constructor's arguments are missing or malformed");
  }
  const supply = section + 12;
  at(TOTAL_SUPPLY);
  eei.storageStore(slot, supply);
  atBalance(sender);
  eei.storageStore(slot, supply);
  memory.fill(word, 0, 32);
  eei.log(supply, 32, 3, TRANSFER, word, sender, 0);
  eei.finish(code, size - SECTION);
}

function isCreation(): bool {
  eei.getAddress(word);
  return eei.getExternalCodeSize(word) == 0;
}

export function main(): void {
  const size = eei.getCallDataSize();
  eei.getCaller(sender + 12);
  if (size == 0 && isCreation()) createToken();
  if (size < 4) fail("the call data is shorter than a selector");
  eei.callDataCopy(data, 0, min<u32>(size, 4 + 3 * 32));
  switch (bswap<u32>(load<u32>(data))) {
    case 0x06fdde03: // name()
      expect(0, 0, size);
      answerText("Example");
      break;
    case 0x95d89b41: // symbol()
      expect(0, 0, size);
      answerText("EXA");
      break;
    case 0x313ce567: // decimals()
      expect(0, 0, size);
      answerNumber(18);
      break;
    case 0x18160ddd: // totalSupply()
      expect(0, 0, size);
      at(TOTAL_SUPPLY);
      answerWord();
      break;
    case 0x70a08231: // balanceOf(address)
      expect(1, 1, size);
      atBalance(argument(0));
      answerWord();
      break;
    case 0xa9059cbb: // transfer(address,uint256)
      expect(2, 1, size);
      moveTokens(sender, argument(0), argument(1));
      answerNumber(1);
      break;
    case 0x095ea7b3: // approve(address,uint256)
      expect(2, 1, size);
      atAllowance(sender, argument(0));
      eei.storageStore(slot, argument(1));
      eei.log(argument(1), 32, 3, APPROVAL, sender, argument(0), 0);
      answerNumber(1);
      break;
    case 0xdd62ed3e: // allowance(address,address)
      expect(2, 2, size);
      atAllowance(argument(0), argument(1));
      answerWord();
      break;
    case 0x23b872dd: // transferFrom(address,address,uint256)
      expect(3, 2, size);
      spendAllowance(argument(0), sender, argument(2));
      moveTokens(argument(0), argument(1), argument(2));
      answerNumber(1);
      break;
  }
  fail("unknown function");
}
