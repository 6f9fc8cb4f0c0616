// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

interface ICounter {
    function count() external view returns (uint256);
    function add(uint256 number) external returns (uint256);
}

/// Calls of another contract, which may revert; and value that is passed on.
contract Relay {
    function count(ICounter counter) external view returns (uint256) {
        return counter.count();
    }

    function add(ICounter counter, uint256 number) external returns (uint256) {
        return counter.add(number);
    }

    function tryAdd(ICounter counter, uint256 number) external returns (bool, string memory) {
        try counter.add(number) returns (uint256) {
            return (true, "");
        } catch Error(string memory reason) {
            return (false, reason);
        }
    }

    function pass(address payable to) external payable {
        (bool passed,) = to.call{value: msg.value}("");
        require(passed, "the recipient refused");
    }
}
