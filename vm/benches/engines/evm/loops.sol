// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

/// The loops of the engines' table, for the EVM: the same work, in words of 256 bits.
contract Loops {
    function i64Loop() external pure returns (uint256 acc) {
        unchecked {
            uint256 i = 0;
            do {
                acc = acc * 3 + i;
                i += 1;
            } while (i < 1000000);
            acc &= type(uint64).max;
        }
    }

    function memoryLoop() external pure {
        assembly {
            for { let i := 0 } lt(i, 400000) { i := add(i, 4) } {
                mstore(and(i, 0xfffc), add(mload(and(mul(i, 13), 0xfffc)), i))
            }
        }
    }

    function fib20() external pure returns (uint256) {
        return fib(20);
    }

    function fib(uint256 n) private pure returns (uint256) {
        unchecked {
            return n < 2 ? n : fib(n - 1) + fib(n - 2);
        }
    }
}
