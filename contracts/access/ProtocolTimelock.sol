// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Protocol timelock
/// @notice Holds every administrative role: whoever administers proposes here, and everyone can see a change of the fee or
/// of a role for `minDelay` before it takes effect. It administers itself; nobody else does.
contract ProtocolTimelock is TimelockController {
    /// @param minDelaySeconds between proposal and execution, in seconds
    /// @param administrator proposes, cancels and executes
    constructor(
        uint256 minDelaySeconds,
        address administrator
    ) TimelockController(minDelaySeconds, _only(administrator), _only(administrator), address(0)) {}

    function _only(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
