// Keccak-256 as Ethereum uses it, for a message shorter than a block: enough for storage keys.
// After FIPS 202, section 3, with the padding of Keccak.

// Distances and places of rho and pi, in the order in which pi moves the lanes.
const distances = memory.data<u8>([1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44]);
const places = memory.data<u8>([10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]);
const constants = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
  0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

// 25 lanes, and a sum of each column.
const state = memory.data(200, 8);
const columns = memory.data(40, 8);

// @ts-ignore: decorator
@inline
function lane(index: usize): usize {
  return state + (index << 3);
}

function permute(): void {
  for (let round: usize = 0; round < 24; round++) {
    for (let x: usize = 0; x < 5; x++) {
      const place = lane(x);
      store<u64>(
        columns + (x << 3),
        load<u64>(place) ^ load<u64>(place, 40) ^ load<u64>(place, 80) ^ load<u64>(place, 120) ^ load<u64>(place, 160),
      );
    }
    for (let x: usize = 0; x < 5; x++) {
      const left = load<u64>(columns + ((x == 0 ? 4 : x - 1) << 3));
      const right = load<u64>(columns + ((x == 4 ? 0 : x + 1) << 3));
      const both = left ^ rotl<u64>(right, 1);
      for (let y: usize = 0; y < 25; y += 5) store<u64>(lane(y + x), load<u64>(lane(y + x)) ^ both);
    }
    let moving = load<u64>(lane(1));
    for (let step: usize = 0; step < 24; step++) {
      const place = lane(load<u8>(places + step));
      const there = load<u64>(place);
      store<u64>(place, rotl<u64>(moving, load<u8>(distances + step)));
      moving = there;
    }
    for (let y: usize = 0; y < 25; y += 5) {
      const row = lane(y);
      const a = load<u64>(row);
      const b = load<u64>(row, 8);
      const c = load<u64>(row, 16);
      const d = load<u64>(row, 24);
      const e = load<u64>(row, 32);
      store<u64>(row, a ^ (~b & c));
      store<u64>(row, b ^ (~c & d), 8);
      store<u64>(row, c ^ (~d & e), 16);
      store<u64>(row, d ^ (~e & a), 24);
      store<u64>(row, e ^ (~a & b), 32);
    }
    store<u64>(state, load<u64>(state) ^ load<u64>(constants + (round << 3)));
  }
}

// The hash of 64 bytes; `out` may be `data`.
export function keccak256Pair(data: usize, out: usize): void {
  memory.copy(state, data, 64);
  memory.fill(state + 64, 0, 136);
  store<u8>(state + 64, 1);
  store<u8>(state + 135, 0x80);
  permute();
  memory.copy(out, state, 32);
}
