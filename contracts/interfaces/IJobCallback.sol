// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What a contract implements to receive verified answers
interface IJobCallback {
    /// @notice Called once, after the job is settled and paid, with at most the gas that the request named.
    /// @dev Check that msg.sender is the market and that the job is yours. A revert does not undo the settlement.
    /// The market is locked during the call: request a further job or withdraw in a later transaction.
    /// @param jobId the job
    /// @param outputWords the proven output words, packed as the model's manifest says
    function onResult(uint256 jobId, uint256[] calldata outputWords) external;
}
