// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPanelVoting} from "./IPanelVoting.sol";

/// @notice Where an answer stands. `Defending`: the provider is to prove it. `Judging`: a jury is to run it again.
enum ClaimStatus {
    None,
    Claimed,
    Defending,
    Judging,
    Resolved
}

/// @notice An answer that can be challenged.
/// @dev deadline: Claimed: of the challenge; Defending: of the proof. Seconds since the epoch.
struct AnswerClaim {
    ClaimStatus status;
    uint40 deadline;
    address provider;
    address challenger;
    bytes32 answerHash;
}

/// @title Optimistic policy
/// @notice The assigned provider answers; its bond stays locked while anyone can challenge with a bond of the same size.
/// Where the version has a circuit, the provider must then prove its answer within the job's answerSeconds; where it has
/// none, a jury of the job's panelSize is drawn, of which the smallest majority decides; whatever its members ask for an
/// answer, since the fee is not what they are paid from. A challenger's bond that is lost goes to the provider, one half,
/// and to the jurors of the majority, or the treasury if there was no jury, the other. Of a provider's, which is in part its
/// delegators', half goes to the treasury: the other to the challenger, which shares it with the jurors if there were any,
/// so that no provider gains by losing to its own accounts. An answer that falls: the job is
/// refunded (ChallengeLost). A jury without majority in two rounds, or that cannot be drawn: the job is refunded
/// (NoMajority) and both get their bonds back. A requester that challenges so keeps its fee and the answer that it read:
/// therefore the market takes only juries that can be drawn beside the two parties, and not any quorum that can be missed.
interface IOptimisticPolicy is IPanelVoting {
    event AnswerChallenged(uint256 indexed jobId, address indexed challenger, uint256 bond);
    /// @notice `winner` and `loser` are zero where neither was shown to be right: both have their bonds back.
    event ChallengeResolved(uint256 indexed jobId, address indexed winner, address indexed loser);
    /// @notice The answer is final: unchallenged, proven or upheld.
    event AnswerFinalized(uint256 indexed jobId);
    event BondProceedsWithdrawn(address indexed account, uint256 amount);

    error NotOptimisticJob(uint256 jobId);
    error ClaimNotInStatus(uint256 jobId, ClaimStatus status, ClaimStatus expected);
    error ChallengeWindowClosed(uint256 jobId, uint256 challengeBefore);
    error ChallengeWindowOpen(uint256 jobId, uint256 challengeBefore);
    error ChallengerIsProvider(uint256 jobId);
    error NotClaimant(uint256 jobId, address caller, address provider);
    error DefenceDeadlinePassed(uint256 jobId, uint256 defendBefore);
    error DefenceDeadlineNotPassed(uint256 jobId, uint256 defendBefore);
    error DefenceInvalid(uint256 jobId);
    /// @notice The words given do not hash to the answer that was submitted.
    error ClaimedAnswerMismatch(uint256 jobId, bytes32 given, bytes32 expected);
    /// @notice In the open round: the caller has not the bond, or no place free, for its answer.
    error AnswerBondUnavailable(uint256 jobId, address provider);
    error NothingToCollect(address account);

    /// @notice Answers without a proof. The assigned provider in time; in the open round any serving provider, whose bond
    /// is locked. The callback is told (onResult) that the answer is not final.
    function submitAnswer(uint256 jobId, uint256[] calldata outputWords) external;

    /// @notice Challenges an answer with a bond of bondAmount stake tokens, pulled from the caller. Anyone but the provider.
    function challengeAnswer(uint256 jobId) external;

    /// @notice Proves a challenged answer. Settles the job. Provider only.
    function defendAnswer(
        uint256 jobId,
        uint256[] calldata inputWords,
        uint256[] calldata outputWords,
        uint256[8] calldata proof
    ) external;

    /// @notice Ends a challenge that the provider did not answer in time: the job is refunded. Anyone may call it.
    function expireDefence(uint256 jobId) external;

    /// @notice Settles a job whose answer nobody challenged in time. Anyone may call it.
    /// @param outputWords the answer, checked against its stored hash
    function finalizeAnswer(uint256 jobId, uint256[] calldata outputWords) external;

    /// @notice Pays out the caller's bonds back, winnings and juror's shares, in the stake token.
    function withdrawBondProceeds() external returns (uint256 amount);

    function claimOf(uint256 jobId) external view returns (AnswerClaim memory);
    function bondProceedsOf(address account) external view returns (uint256);
    /// @notice What a challenge costs, in the stake token.
    function challengeBond() external view returns (uint256);
}
