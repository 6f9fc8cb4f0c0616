// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

/// Arithmetic of 256 bits, checked for overflow.
contract Calculator {
    function sum(uint256 a, uint256 b) external pure returns (uint256) {
        return a + b;
    }

    function product(uint256 a, uint256 b) external pure returns (uint256) {
        return a * b;
    }

    function quotient(uint256 a, uint256 b) external pure returns (uint256, uint256) {
        return (a / b, a % b);
    }

    /// The root, rounded down, by Newton's method.
    function root(uint256 a) external pure returns (uint256 x) {
        if (a == 0) return 0;
        x = a;
        uint256 next = a / 2 + 1;
        while (next < x) {
            x = next;
            next = (a / x + x) / 2;
        }
    }
}
