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

using {splitPrice, isDrawable, isOpen, storeNew, load} for Job global;

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

/// @dev Bits of the fields of slots 0, 1 and 3, a byte for each, the first field's lowest.
uint256 constant PARTIES_WIDTHS = 0x0818101008080808a0;
uint256 constant MONEY_WIDTHS = 0x60a0;
uint256 constant TERMS_WIDTHS = 0x0808081818181828281820;

/// @notice Writes a job that was requested just now: each slot once. Field by field, every one of them would be read and
/// written again. Nothing is written to slot 4 if there is no callback, and to slot 5.
function storeNew(Job memory job, Job storage stored) {
    uint256 parties = _packFields(job, 0, PARTIES_WIDTHS);
    uint256 money = _packFields(job, 9, MONEY_WIDTHS);
    uint256 terms = _packFields(job, 12, TERMS_WIDTHS);
    bytes32 inputHash = job.inputHash;
    assembly ("memory-safe") {
        sstore(stored.slot, parties)
        sstore(add(stored.slot, 1), money)
        sstore(add(stored.slot, 2), inputHash)
        sstore(add(stored.slot, 3), terms)
    }
    if (job.callback != address(0)) stored.callback = job.callback;
}

/// @dev Fields from the `first` on in one word, the first lowest. In memory each has a word of its own, without dirty bits.
function _packFields(Job memory job, uint256 first, uint256 widths) pure returns (uint256 word) {
    assembly ("memory-safe") {
        let field := add(job, shl(5, first))
        for {
            let shift := 0
        } widths {
            widths := shr(8, widths)
        } {
            word := or(word, shl(shift, mload(field)))
            shift := add(shift, and(widths, 0xff))
            field := add(field, 0x20)
        }
    }
}

/// @notice Reads a job into an empty one: each slot once, and slot 4 only if there is a callback. Field by field, every
/// slot would be read as often as it has fields.
/// @dev In the order of the struct: slots 0 to 3 and 5, each from its lowest bits up.
function load(Job memory job, Job storage stored) view {
    assembly ("memory-safe") {
        let word := sload(stored.slot)
        mstore(job, shr(96, shl(96, word)))
        mstore(add(job, 0x20), and(shr(160, word), 0xff))
        mstore(add(job, 0x40), and(shr(168, word), 0xff))
        mstore(add(job, 0x60), and(shr(176, word), 0xff))
        mstore(add(job, 0x80), and(shr(184, word), 0xff))
        mstore(add(job, 0xa0), and(shr(192, word), 0xffff))
        mstore(add(job, 0xc0), and(shr(208, word), 0xffff))
        mstore(add(job, 0xe0), and(shr(224, word), 0xffffff))
        mstore(add(job, 0x100), shr(248, word))
        word := sload(add(stored.slot, 1))
        mstore(add(job, 0x120), shr(96, shl(96, word)))
        mstore(add(job, 0x140), shr(160, word))
        word := sload(add(stored.slot, 2))
        mstore(add(job, 0x160), word)
        word := sload(add(stored.slot, 3))
        mstore(add(job, 0x180), and(word, 0xffffffff))
        mstore(add(job, 0x1a0), and(shr(32, word), 0xffffff))
        mstore(add(job, 0x1c0), and(shr(56, word), 0xffffffffff))
        mstore(add(job, 0x1e0), and(shr(96, word), 0xffffffffff))
        mstore(add(job, 0x200), and(shr(136, word), 0xffffff))
        mstore(add(job, 0x220), and(shr(160, word), 0xffffff))
        mstore(add(job, 0x240), and(shr(184, word), 0xffffff))
        mstore(add(job, 0x260), and(shr(208, word), 0xffffff))
        mstore(add(job, 0x280), and(shr(232, word), 0xff))
        mstore(add(job, 0x2a0), and(shr(240, word), 0xff))
        mstore(add(job, 0x2c0), shr(248, word))
        if mload(add(job, 0xe0)) {
            mstore(add(job, 0x2e0), sload(add(stored.slot, 4)))
        }
        word := sload(add(stored.slot, 5))
        mstore(add(job, 0x300), shr(96, shl(96, word)))
        mstore(add(job, 0x320), shr(160, word))
    }
}
