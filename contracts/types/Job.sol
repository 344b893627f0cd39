// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice How the answer of a job is settled. Later policies are appended, never reordered.
/// `Proof`: a Groth16 proof that the contract verifies. `Quorum`: equal answers of a drawn panel, by commit and reveal.
/// `Optimistic`: an answer with a bond that anyone can challenge for a while.
enum Policy {
    Proof,
    Quorum,
    Optimistic
}

/// @notice Where a job stands. `None` is the status of an id that was never issued. `Answered` is an answer that is not
/// final: it can still be challenged (optimistic policy only).
enum JobStatus {
    None,
    Requested,
    Assigned,
    Answered,
    Settled,
    Refunded
}

/// @notice Why a job ended or, while it runs, why its last attempt failed.
enum EndReason {
    None,
    Delivered,
    NoProvider,
    ProviderTimeout,
    ContentUnavailable,
    InvalidProof,
    ProviderDeclined,
    NoMajority,
    ChallengeLost,
    Cancelled
}

/// @notice A job as the market keeps it. Terms are fixed when the job is requested: a later change of royalty or
/// protocol fee does not touch it, and the version it names is immutable (so the verifier is not repeated here).
/// @dev Slot 0: requester (20), status (1), policy (1), reason (1), attempts (1), royaltyBps (2), protocolFeeBps (2),
/// callbackGasLimit (3), panelSize (1). Slot 1: token (20), fee (12). Slot 2: inputHash. Slot 3: modelId (4), version (3),
/// deadline (5), drawBlock (5), drawSeconds (3), answerSeconds (3), openSeconds (3), windowSeconds (3), outputWords (1),
/// quorum (1), inputOffChain (1). Slot 4: callback (20), written only if there is one. Slot 5: provider (20), price (12),
/// written by an assignment. So a request writes four slots.
/// `deadline` ends the phase that the status names, in seconds since the epoch: Requested: the draw; then the open round
/// lasts `openSeconds` more. Assigned: the answer. Answered: the challenge.
/// `fee` is the most that the job may cost, `price` the ask of the provider that was drawn.
struct Job {
    address requester;
    JobStatus status;
    Policy policy;
    EndReason reason;
    uint8 attempts;
    uint16 royaltyBps;
    uint16 protocolFeeBps;
    uint24 callbackGasLimit;
    uint8 panelSize;
    address token;
    uint96 fee;
    bytes32 inputHash;
    uint32 modelId;
    uint24 version;
    uint40 deadline;
    uint40 drawBlock;
    uint24 drawSeconds;
    uint24 answerSeconds;
    uint24 openSeconds;
    uint24 windowSeconds;
    uint8 outputWords;
    uint8 quorum;
    bool inputOffChain;
    address callback;
    address provider;
    uint96 price;
}

using {splitPrice, isDrawable, isOpen, storeNew} for Job global;

uint256 constant BPS = 10_000;

/// @notice Splits what a provider asked for. Royalty and protocol share are rounded down; the provider gets the rest, so
/// the three always sum to the price.
function splitPrice(
    Job memory job,
    uint256 price
) pure returns (uint256 providerAmount, uint256 royaltyAmountDown, uint256 protocolAmountDown) {
    royaltyAmountDown = (price * job.royaltyBps) / BPS;
    protocolAmountDown = (price * job.protocolFeeBps) / BPS;
    providerAmount = price - royaltyAmountDown - protocolAmountDown;
}

/// @notice Whether providers are still drawn for it.
function isDrawable(Job memory job) view returns (bool) {
    return job.status == JobStatus.Requested && block.timestamp <= job.deadline;
}

/// @notice Whether any serving provider may deliver: the draws are over, the open round is not.
function isOpen(Job memory job) view returns (bool) {
    if (job.status != JobStatus.Requested || block.timestamp <= job.deadline) return false;
    return block.timestamp <= uint256(job.deadline) + job.openSeconds;
}

/// @notice Writes a job that was requested just now: each slot once. Field by field, every one of them would be read and
/// written again.
/// @dev The layout is the struct's, the first field in the lowest bits. `stored` is empty, and stays so in slot 4 if there
/// is no callback, and in slot 5.
function storeNew(Job memory job, Job storage stored) {
    uint256 parties = uint256(uint160(job.requester)) | (uint256(job.status) << 160) | (uint256(job.policy) << 168);
    parties |= (uint256(job.royaltyBps) << 192) | (uint256(job.protocolFeeBps) << 208);
    parties |= (uint256(job.callbackGasLimit) << 224) | (uint256(job.panelSize) << 248);
    uint256 money = uint256(uint160(job.token)) | (uint256(job.fee) << 160);
    uint256 terms = uint256(job.modelId) | (uint256(job.version) << 32) | (uint256(job.deadline) << 56);
    terms |= (uint256(job.drawBlock) << 96) | (uint256(job.drawSeconds) << 136) | (uint256(job.answerSeconds) << 160);
    terms |= (uint256(job.openSeconds) << 184) | (uint256(job.windowSeconds) << 208);
    terms |= (uint256(job.outputWords) << 232) | (uint256(job.quorum) << 240);
    if (job.inputOffChain) terms |= 1 << 248;
    bytes32 inputHash = job.inputHash;
    assembly ("memory-safe") {
        sstore(stored.slot, parties)
        sstore(add(stored.slot, 1), money)
        sstore(add(stored.slot, 2), inputHash)
        sstore(add(stored.slot, 3), terms)
    }
    if (job.callback != address(0)) stored.callback = job.callback;
}
