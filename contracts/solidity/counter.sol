// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

/// Plain storage: a number that its owner counts up.
contract Counter {
    uint256 public count;
    address public owner;

    constructor() {
        owner = msg.sender;
    }

    function add(uint256 number) external returns (uint256) {
        require(msg.sender == owner, "not the owner");
        count += number;
        return count;
    }
}
