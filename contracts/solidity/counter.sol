// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

/// Plain storage: a number that its owner counts up.
///
/// Shifts by multiples of 64 bits are wrong in solc's ewasm backend, and the compiler shifts whatever
/// it packs into a word. So nothing that matters begins at a multiple of 64 bits.
contract Counter {
    /// Bits 0 to 7, never read or written.
    uint8 private unused;
    /// From bit 8 on.
    address public owner;
    /// From bit 168 on.
    uint64 public count;

    constructor() {
        owner = msg.sender;
    }

    function add(uint64 number) external returns (uint64) {
        require(msg.sender == owner, "not the owner");
        count += number;
        return count;
    }
}
