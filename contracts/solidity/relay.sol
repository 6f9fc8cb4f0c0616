// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.20;

/// Calls of another contract, written by hand: in solc's ewasm backend a call that went well gives 0,
/// and what it gave back is not copied, so the compiler's own calls take success for failure.
contract Relay {
    function count(address counter) external view returns (uint64 counted) {
        assembly {
            mstore(0, 0x06661abd00000000000000000000000000000000000000000000000000000000)
            let failed := staticcall(gas(), counter, 0, 4, 0, 0)
            returndatacopy(0, 0, returndatasize())
            if failed { revert(0, returndatasize()) }
            counted := mload(0)
        }
    }

    function add(address counter, uint64 amount) external returns (uint64 sum) {
        assembly {
            mstore(0, 0x7b88119600000000000000000000000000000000000000000000000000000000)
            mstore(4, amount)
            let failed := call(gas(), counter, 0, 0, 36, 0, 0)
            returndatacopy(0, 0, returndatasize())
            if failed { revert(0, returndatasize()) }
            sum := mload(0)
        }
    }
}
