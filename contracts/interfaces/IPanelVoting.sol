// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a panel stands. `Drawing`: it is to be drawn. `Voting`: members commit, then reveal.
enum PanelStatus {
    None,
    Drawing,
    Voting,
    Closed
}

/// @notice A member of a panel and what it asked for.
struct Seat {
    address provider;
    uint96 ask;
}

/// @notice A panel of drawn providers that run a model again and vote on its answer by commit and reveal.
/// @dev drawBlock and drawBefore count while `Drawing`; commitBefore and revealBefore while `Voting`. Seconds since the
/// epoch. The reveal begins when all have committed or commitBefore has passed. While a second round is `Drawing`,
/// `revealed` is still the first one's.
struct Panel {
    PanelStatus status;
    uint8 round;
    uint8 size;
    uint8 quorum;
    uint8 committed;
    uint8 revealed;
    uint40 drawBlock;
    uint40 drawBefore;
    uint40 commitBefore;
    uint40 revealBefore;
}

/// @title Votes of a drawn panel on the answer of a job
/// @notice Both the quorum policy and the juries of the optimistic policy. An answer counts only if it was committed and
/// revealed in time and is a valid answer of the version: as many words as the version has, each below the field order.
/// Where the input lies off the chain, no words at all are an answer too: the input could not be had. If a quorum says so
/// the job is refunded (ContentUnavailable), and bonds are treated as without a majority.
/// The commitment names chain, contract, job, round and provider, so that nobody's can be copied.
interface IPanelVoting {
    event PanelDrawn(
        uint256 indexed jobId,
        uint256 round,
        address[] providers,
        uint256 commitBefore,
        uint256 revealBefore
    );
    event PanelDrawRepeated(uint256 indexed jobId, uint256 round, uint256 drawBlock);
    event AnswerCommitted(uint256 indexed jobId, address indexed provider, uint256 round, bytes32 commitment);
    event AnswerRevealed(uint256 indexed jobId, address indexed provider, uint256 round, uint256[] outputWords);
    /// @notice The vote of a round is over. `answerHash` is keccak256 of the packed words that at least `quorum` members
    /// gave, zero if there are none such.
    event PanelClosed(uint256 indexed jobId, uint256 round, bytes32 answerHash, uint256 votes);

    error PanelNotInStatus(uint256 jobId, PanelStatus status, PanelStatus expected);
    error PanelDrawClosed(uint256 jobId, uint256 drawBefore);
    error PanelDrawStillOpen(uint256 jobId, uint256 drawBefore);
    error NotOnPanel(uint256 jobId, address caller);
    error CommitmentZero();
    error CommitClosed(uint256 jobId, uint256 commitBefore);
    error AlreadyCommitted(uint256 jobId, address provider);
    error RevealNotOpen(uint256 jobId, uint256 commitBefore);
    error RevealClosed(uint256 jobId, uint256 revealBefore);
    error AlreadyRevealed(uint256 jobId, address provider);
    error CommitmentMismatch(uint256 jobId, address provider, bytes32 given, bytes32 expected);
    error AnswerInvalid(uint256 jobId, uint256 words, uint256 expected);
    /// @notice A word of an answer is not below the BN254 scalar field order.
    error AnswerWordTooLarge(uint256 jobId, uint256 index, uint256 word);
    error PanelStillVoting(uint256 jobId, uint256 revealBefore);
    /// @notice The words given do not hash to the answer that won.
    error WinningAnswerMismatch(uint256 jobId, bytes32 given, bytes32 expected);

    /// @notice Draws the panel and locks a bond of each member. Anyone may call it.
    /// @param header the RLP encoding of the header of the draw block's seed block (IProviderSelection)
    function drawPanel(uint256 jobId, bytes calldata header) external;

    /// @notice Commits to an answer. Panel members only, once a round.
    /// @param commitment `commitmentOf` the answer with a random salt
    function commitAnswer(uint256 jobId, bytes32 commitment) external;

    /// @notice Opens the caller's commitment. The last one that can come closes the vote.
    function revealAnswer(uint256 jobId, uint256[] calldata outputWords, bytes32 salt) external;

    /// @notice Closes a vote whose time is over. In a decided vote, members who gave another answer or were silent lose
    /// their bond. No majority: one more draw, and after that the end that the policy has for it; then the silent lose
    /// their bond to the treasury if more than half of the members revealed, which shows that there was time. Anyone may
    /// call it.
    /// @param outputWords the answer that won; empty if none did, or if it is that the input could not be had
    function closePanel(uint256 jobId, uint256[] calldata outputWords) external;

    /// @notice Ends a draw for which not enough providers were found in time, and the job with it: refunded, NoProvider
    /// where nobody ever answered, else NoMajority. Anyone may call it.
    function expirePanelDraw(uint256 jobId) external;

    function panelOf(uint256 jobId) external view returns (Panel memory);
    /// @notice The members of the latest round.
    function seatsOf(uint256 jobId) external view returns (Seat[] memory);
    /// @notice A member's commitment in the latest round; zero for none.
    function commitmentBy(uint256 jobId, address provider) external view returns (bytes32);
    /// @notice keccak256 of a member's revealed words in the latest round; zero for none.
    function revealedBy(uint256 jobId, address provider) external view returns (bytes32);
    /// @notice The answer that has a quorum of reveals so far in the latest round, as keccak256 of its packed words.
    function leadingAnswerOf(uint256 jobId) external view returns (bytes32 answerHash, uint256 votes);
    /// @notice keccak256(abi.encode(chainId, this contract, jobId, round, provider, outputWords, salt)).
    function commitmentOf(
        uint256 jobId,
        uint256 round,
        address provider,
        uint256[] calldata outputWords,
        bytes32 salt
    ) external view returns (bytes32);
    /// @notice Rounds of a vote: 2.
    function MAX_ROUNDS() external view returns (uint256);
    function market() external view returns (address);
}
