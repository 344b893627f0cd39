// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A provider that was drawn and its ask.
struct Candidate {
    address provider;
    uint96 ask;
}

/// @notice What to draw for.
/// @param token what the job pays in; @param maxAsk the most a provider may ask, in its units
/// @param drawBlock the candidates are those at the end of this block; the randomness is that of SEED_DELAY_BLOCKS later
/// @param inputOffChain only providers that take inputs which lie off the chain
/// @param answerSeconds the time to answer, or the shortest of several times that cost a bond to miss: only providers to
/// whom it is not too short
// Never stored, so packing would save nothing.
// solhint-disable-next-line gas-struct-packing
struct DrawTerms {
    uint256 jobId;
    uint256 modelId;
    uint256 version;
    address token;
    uint256 maxAsk;
    uint256 drawBlock;
    bool inputOffChain;
    uint256 answerSeconds;
}

/// @notice What a provider offers on one version.
/// @param listed whether it takes part in draws now
/// @param acceptsOffChain whether it takes jobs whose input it must fetch
/// @param weight its weight in the draw: its stake when it listed or was last synced, in units of the stake token
/// @param minAnswerSeconds the shortest answer time with which it is drawn
struct Listing {
    bool listed;
    bool acceptsOffChain;
    uint256 weight;
    uint256 minAnswerSeconds;
}

/// @title Provider selection
/// @notice Who serves which model version, for how much in which token; and the draw: weighted by stake, in O(log n) of the
/// providers of that version, over the candidates and asks of a block before the randomness existed. The randomness is
/// the RANDAO value (EIP-4399 prevrandao) of one fixed later block, read from its header, which must hash to that block's
/// hash: its proposer can withhold the block, one bit, and cannot grind.
interface IProviderSelection {
    event ModelListed(
        address indexed provider,
        uint256 indexed modelId,
        uint256 indexed version,
        uint256 weight,
        bool acceptsOffChain
    );
    event ModelUnlisted(address indexed provider, uint256 indexed modelId, uint256 indexed version);
    event AskSet(
        address indexed provider,
        uint256 indexed modelId,
        uint256 indexed version,
        address token,
        bool accepted,
        uint256 ask
    );
    event MinAnswerSecondsSet(
        address indexed provider,
        uint256 indexed modelId,
        uint256 indexed version,
        uint256 minAnswerSeconds
    );
    event WeightSynced(address indexed provider, uint256 indexed modelId, uint256 indexed version, uint256 weight);
    event ProvidersDrawn(uint256 indexed jobId, uint256 drawBlock, address[] providers);
    event ProviderExcluded(uint256 indexed jobId, address indexed provider);
    event SelectionContractsSet(address market, address quorumPolicy, address optimisticPolicy);

    error AlreadyListed(address provider, uint256 modelId, uint256 version);
    error NotListed(address provider, uint256 modelId, uint256 version);
    error ListingStakeTooLow(address provider, uint256 stake, uint256 needed);
    error AskTooHigh(uint256 ask);
    /// @notice No job gives more than `maxSeconds` to answer: a provider with this minimum would never be drawn.
    error MinAnswerSecondsTooLong(uint256 minAnswerSeconds, uint256 maxSeconds);
    /// @notice An ask can be changed once in ASK_CHANGE_BLOCKS, so that no draw under way is steered by it.
    error AskChangedRecently(uint256 changeableAtBlock);
    /// @notice The header of `seedBlock` is only known to the chain from the next block on.
    error DrawTooEarly(uint256 seedBlock);
    /// @notice The header does not hash to the hash of `seedBlock`.
    error HeaderMismatch(uint256 seedBlock);
    /// @notice The header is the right one, but its item 13 is not 32 bytes: the chain's headers are not Ethereum's.
    error HeaderMalformed(uint256 seedBlock);
    /// @notice A jury of `size` is drawn without provider and challenger, so the version needs two more listed providers.
    error JuryTooLarge(uint256 size, uint256 providers);
    error SelectionAddressZero();
    error SelectionCallerNotProtocol(address caller);

    /// @notice Lists the caller for a version that is not deprecated, weighted by its stake of now (at least one bond).
    function listModel(uint256 modelId, uint256 version, bool acceptsOffChain) external;

    /// @notice Takes the caller off the list, for jobs requested from now on. Its asks and its minAnswerSeconds are kept.
    function unlistModel(uint256 modelId, uint256 version) external;

    /// @notice The caller's price for one answer of a version in a token; `accepted` false: not in this token. Draws use the
    /// ask of their draw block; who changed it twice since then is not drawn.
    function setAsk(uint256 modelId, uint256 version, address token, bool accepted, uint256 ask) external;

    /// @notice The shortest answer time with which the caller is drawn for a version, listed or not yet; 0 (the start): any.
    /// A requester chooses the times of its job and earns half of the bond of who misses them, so a provider should say
    /// what it needs: for a panel, for an answer as well as for a reveal. Draws use the minimum as of the end of their draw
    /// block, before their randomness existed: unlike capacity, it can not steer a draw that is under way, so it may
    /// change at any time. In an open round nobody is drawn, and it does not count.
    function setMinAnswerSeconds(uint256 modelId, uint256 version, uint256 minAnswerSeconds) external;

    /// @notice Brings a listed provider's weight to its stake of now. Anyone may call it. (A draw corrects a weight that
    /// is too high by itself: it accepts the provider with probability stake / weight.)
    function syncWeight(address provider, uint256 modelId, uint256 version) external;

    /// @notice Draws `count` distinct providers and locks a bond of each. None (an empty array) if that many are not found
    /// within MAX_TRIES_PER_SEAT tries a seat, over all seats: a try fails on who is full, too expensive, excluded, drawn
    /// already or short of stake. The header is checked first, so a wrong one never counts as a draw. Protocol only.
    /// @param header the RLP encoding of the header of block terms.drawBlock + SEED_DELAY_BLOCKS
    function drawProviders(
        DrawTerms calldata terms,
        uint256 count,
        bytes calldata header
    ) external returns (Candidate[] memory drawn);

    /// @notice What `drawProviders` would draw now.
    function previewDraw(
        DrawTerms calldata terms,
        uint256 count,
        bytes calldata header
    ) external view returns (Candidate[] memory);

    /// @notice Keeps a provider from being drawn for a job. Protocol only.
    function exclude(uint256 jobId, address provider) external;

    /// @notice Counts one decline of a provider of today (UTC); false when it has used up MAX_DECLINES_PER_DAY. Protocol only.
    function countDecline(address provider) external returns (bool allowed);

    /// @notice Names the contracts that may draw, once and for good. Deployer only.
    function setProtocolContracts(address market, address quorumPolicy, address optimisticPolicy) external;

    /// @notice Whether the randomness for a draw block can no longer be had: its seed block's hash has left the chain's
    /// memory (256 blocks; 8,191 where EIP-2935 is active).
    function drawExpired(uint256 drawBlock) external view returns (bool);

    /// @notice Whether a provider serves a version now, in this token, and for how much.
    function askOf(
        address provider,
        uint256 modelId,
        uint256 version,
        address token
    ) external view returns (bool accepted, uint256 ask);
    function listingOf(address provider, uint256 modelId, uint256 version) external view returns (Listing memory);
    function isExcluded(uint256 jobId, address provider) external view returns (bool);
    /// @notice Declines that a provider has left today.
    function declinesLeft(address provider) external view returns (uint256);
    function providerCount(uint256 modelId, uint256 version) external view returns (uint256);
    /// @notice Reverts (JuryTooLarge) if a jury of `size` could not be drawn beside provider and challenger: its requester
    /// would get its fee back after it has read the answer.
    function requireJurors(uint256 modelId, uint256 version, uint256 size) external view;
    /// @notice A page of the listed providers of a version, in no particular order.
    function providersOf(
        uint256 modelId,
        uint256 version,
        uint256 start,
        uint256 count
    ) external view returns (address[] memory);
    /// @notice Sum of the weights of a version's providers now.
    function totalWeightOf(uint256 modelId, uint256 version) external view returns (uint256);
    function modelRegistry() external view returns (address);
    function providerStaking() external view returns (address);
    /// @notice Blocks between a request and the block whose randomness draws for it.
    function SEED_DELAY_BLOCKS() external view returns (uint256);
    function ASK_CHANGE_BLOCKS() external view returns (uint256);
    function MAX_TRIES_PER_SEAT() external view returns (uint256);
    function MAX_DECLINES_PER_DAY() external view returns (uint256);
}
