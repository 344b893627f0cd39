// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title One step that only the deployer can take, once
/// @notice Contracts that need each other's addresses are deployed one after the other; the deployer then names the later
/// ones to the earlier ones and keeps no right after that.
abstract contract DeployerOnce {
    error NotDeployer(address caller);
    error AlreadyConnected();

    address private immutable DEPLOYER = msg.sender;
    bool private _connected;

    modifier onlyDeployerOnce() {
        if (msg.sender != DEPLOYER) revert NotDeployer(msg.sender);
        if (_connected) revert AlreadyConnected();
        _connected = true;
        _;
    }
}
