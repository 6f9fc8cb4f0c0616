// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

/// Fields of every kind, for the places that solc gives them.
contract Layout {
    struct Pair { uint8 a; uint256 b; }
    struct Small { uint8 a; address b; bool c; }

    bool flag;
    address owner;
    uint128 half;
    uint256 whole;
    uint8 small;
    mapping(address => uint256) balances;
    uint64[3] three;
    int32 signed;
    bytes20 hash;
    bytes32 word;
    address exact;
    bytes12 fits;
    uint16 before;
    Small inner;
    uint16 behind;
    uint256[] list;
    string text;
    Pair[2] pairs;
    uint40[7] seven;
    bool last;
}
