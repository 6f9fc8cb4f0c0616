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

    function quotient(int256 a, int256 b) external pure returns (int256, int256) {
        return (a / b, a % b);
    }

    function power(uint256 base, uint256 exponent) external pure returns (uint256) {
        return base ** exponent;
    }

    function powerModulo(uint256 base, uint256 exponent, uint256 modulus) external pure returns (uint256 result) {
        result = 1 % modulus;
        for (; exponent != 0; exponent >>= 1) {
            if (exponent & 1 == 1) result = mulmod(result, base, modulus);
            base = mulmod(base, base, modulus);
        }
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
