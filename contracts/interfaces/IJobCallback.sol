// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What a contract implements to receive answers
/// @notice Check in both functions that msg.sender is the market and that the job is yours. A revert undoes nothing. The
/// market is locked during the call: request a further job or withdraw in a later transaction.
interface IJobCallback {
    /// @notice An answer is there that is NOT final: it can be challenged, and the job may yet be refunded. Called under
    /// the optimistic policy only, once, with at most the gas that the request named.
    function onResult(uint256 jobId, uint256[] calldata outputWords) external;

    /// @notice The final answer, under every policy. Called once, after the job is settled and paid, with at most the gas
    /// that the request named.
    /// @param outputWords the output words, packed as the model's manifest says
    function onFinalized(uint256 jobId, uint256[] calldata outputWords) external;
}
