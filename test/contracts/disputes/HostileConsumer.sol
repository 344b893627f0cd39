// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobCallback} from "../../../contracts/interfaces/IJobCallback.sol";

/// @notice A consumer that, told an answer, calls a contract of the protocol back with whatever it was given to say.
contract HostileConsumer is IJobCallback {
    address private _target;
    bytes[] private _calls;
    uint256 public told;
    uint256 public entered;

    function callWhenTold(address target, bytes[] calldata calls) external {
        _target = target;
        for (uint256 i = 0; i < calls.length; ++i) _calls.push(calls[i]);
    }

    function onResult(uint256, uint256[] calldata) external {
        _call();
    }

    function onFinalized(uint256, uint256[] calldata) external {
        _call();
    }

    function _call() private {
        ++told;
        for (uint256 i = 0; i < _calls.length; ++i) {
            (bool success, ) = _target.call(_calls[i]);
            if (success) ++entered;
        }
    }
}
