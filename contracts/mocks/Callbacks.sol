// SPDX-License-Identifier: MIT
// Small, and alike: they read best side by side. Strings as reasons, because that is what callees in the wild do.
// solhint-disable one-contract-per-file, gas-custom-errors, no-complex-fallback
pragma solidity ^0.8.28;

import {IJobCallback} from "../interfaces/IJobCallback.sol";
import {IJobMarket, JobRequest} from "../interfaces/IJobMarket.sol";

/// @notice A contract that requests, receives and withdraws; it keeps what it was told and how much gas it had, and
/// apart from that what it was told that was not final.
contract RecordingRequester is IJobCallback {
    address public caller;
    uint256 public jobId;
    uint256[] public words;
    uint256 public gasAtStart;
    uint256 public calls;
    uint256 public provisionalJobId;
    uint256[] public provisionalWords;

    receive() external payable {}

    function request(IJobMarket market, JobRequest calldata job) external payable returns (uint256) {
        return market.requestJob{value: msg.value}(job);
    }

    function withdraw(IJobMarket market, address token) external {
        market.withdraw(token, address(this));
    }

    function onResult(uint256 jobId_, uint256[] calldata outputWords) external {
        (provisionalJobId, provisionalWords) = (jobId_, outputWords);
    }

    function onFinalized(uint256 jobId_, uint256[] calldata outputWords) external {
        gasAtStart = gasleft();
        (caller, jobId, words) = (msg.sender, jobId_, outputWords);
        calls += 1;
    }
}

contract RevertingCallback is IJobCallback {
    function onResult(uint256, uint256[] calldata) external pure {
        revert("not yet");
    }

    function onFinalized(uint256, uint256[] calldata) external pure {
        revert("no, thanks");
    }
}

/// @notice Uses whatever gas it gets.
contract GasBurningCallback is IJobCallback {
    function onResult(uint256, uint256[] calldata) external pure {
        while (true) {}
    }

    function onFinalized(uint256, uint256[] calldata) external pure {
        while (true) {}
    }
}

/// @notice Returns as much memory as its gas allows; a caller that copies it pays for that, too.
contract ReturnBombCallback is IJobCallback {
    function onResult(uint256, uint256[] calldata) external pure {
        assembly {
            return(0, 200000)
        }
    }

    function onFinalized(uint256, uint256[] calldata) external pure {
        assembly {
            return(0, 200000)
        }
    }
}

/// @notice Calls the market back, or another contract, in the middle of a settlement.
contract ReentrantCallback is IJobCallback {
    address private _target;
    bytes private _data;
    bool public entered;
    bytes public refusal;

    receive() external payable {}

    function callDuringResult(bytes calldata data) external {
        _data = data;
    }

    function callDuringResult(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function onResult(uint256, uint256[] calldata) external {
        _call();
    }

    function onFinalized(uint256, uint256[] calldata) external {
        _call();
    }

    function _call() private {
        address target = _target == address(0) ? msg.sender : _target;
        (entered, refusal) = target.call{value: address(this).balance}(_data);
    }
}

/// @notice Refuses ETH, and tries to withdraw again while it is being paid.
contract ReentrantRecipient {
    IJobMarket private immutable MARKET;
    bool public refuses;

    constructor(IJobMarket market) {
        MARKET = market;
    }

    receive() external payable {
        if (refuses) revert("no ether");
        MARKET.withdraw(address(0), address(this));
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    function request(JobRequest calldata job) external payable returns (uint256) {
        return MARKET.requestJob{value: msg.value}(job);
    }

    function cancelAndWithdraw(uint256 jobId) external {
        MARKET.cancelJob(jobId);
        MARKET.withdraw(address(0), address(this));
    }
}
