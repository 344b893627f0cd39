// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A call that the callee cannot turn against its caller
library CappedCall {
    /// @dev The call itself (EIP-2929 cold account 2,600) and what the caller still does after it: an event with three
    /// topics and its guard.
    uint256 private constant OVERHEAD_GAS = 15_000;

    /// @notice What gasleft() must be, so that the callee surely gets `gasLimit`: EIP-150 silently gives it at most
    /// 63/64 of what is left.
    function gasNeeded(uint256 gasLimit) internal pure returns (uint256) {
        return gasLimit + gasLimit / 63 + 1 + OVERHEAD_GAS;
    }

    /// @notice Calls with at most `gasLimit` gas and copies no return data: a huge one would be paid for by the caller.
    function callCapped(address target, uint256 gasLimit, bytes memory data) internal returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)
        }
    }
}
