// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice How the answer of a job is settled. Later policies are appended, never reordered.
enum Policy {
    Proof
}

/// @notice Where a job stands. `None` is the status of an id that was never issued.
enum JobStatus {
    None,
    Requested,
    Assigned,
    Settled,
    Refunded
}

/// @notice Why a job ended. `None` while it has not.
enum EndReason {
    None,
    Delivered,
    NoProvider,
    ProviderTimeout,
    Cancelled
}

/// @notice A job as the market keeps it. Terms are fixed when the job is requested: a later change of royalty or
/// protocol fee does not touch it, and the version it names is immutable (so the verifier is not repeated here).
/// @dev Slot 0: requester (20), status (1), reason (1), policy (1), attempts (1), royaltyBps (2), protocolFeeBps (2),
/// callbackGasLimit (4). Slot 1: token (20), fee (12). Slot 2: inputHash. Slot 3: modelId (8), version (8),
/// claimBefore (8), proveSeconds (4), outputWords (1). Slot 4: callback (20), written only if there is one.
/// Slot 5: provider (20), proveBefore (8), written by a claim. So a request writes four slots.
struct Job {
    address requester;
    JobStatus status;
    EndReason reason;
    Policy policy;
    uint8 attempts;
    uint16 royaltyBps;
    uint16 protocolFeeBps;
    uint32 callbackGasLimit;
    address token;
    uint96 fee;
    bytes32 inputHash;
    uint64 modelId;
    uint64 version;
    uint64 claimBefore;
    uint32 proveSeconds;
    uint8 outputWords;
    address callback;
    address provider;
    uint64 proveBefore;
}

using {splitFee, endReasonWithoutAnswer} for Job global;

uint256 constant BPS = 10_000;

/// @notice Splits a job's fee. Royalty and protocol share are rounded down; the provider gets the rest, so the three
/// always sum to the fee.
function splitFee(
    Job memory job
) pure returns (uint256 providerAmount, uint256 royaltyAmountDown, uint256 protocolAmountDown) {
    royaltyAmountDown = (uint256(job.fee) * job.royaltyBps) / BPS;
    protocolAmountDown = (uint256(job.fee) * job.protocolFeeBps) / BPS;
    providerAmount = job.fee - royaltyAmountDown - protocolAmountDown;
}

/// @notice Why a job ends whose claim window closed: nobody ever claimed it, or those who did missed their deadline.
function endReasonWithoutAnswer(Job memory job) pure returns (EndReason) {
    return job.attempts == 0 ? EndReason.NoProvider : EndReason.ProviderTimeout;
}
