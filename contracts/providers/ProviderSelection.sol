// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DeployerOnce} from "../access/DeployerOnce.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {Candidate, DrawTerms, IProviderSelection, Listing} from "../interfaces/IProviderSelection.sol";
import {IProviderStaking} from "../interfaces/IProviderStaking.sol";
import {BlockRandomness} from "../libraries/BlockRandomness.sol";
import {Entry, ProviderRoster, Roster, Seated} from "../libraries/ProviderRoster.sol";
import {RequestTerms} from "../libraries/RequestTerms.sol";
import {Tree, StakeTree} from "../libraries/StakeTree.sol";
import {Ask, NOT_ACCEPTED} from "../types/Ask.sol";

/// @title Provider selection
/// @dev Holds no money. It calls the registry and the staking contract alone, both of the protocol.
contract ProviderSelection is IProviderSelection, DeployerOnce {
    using ProviderRoster for Roster;
    using SafeCast for uint256;
    using StakeTree for Tree;

    /// @dev How many declines a provider had on the day (UTC, in days since the epoch) of its last one.
    struct Declines {
        uint64 day;
        uint64 count;
    }

    /// @inheritdoc IProviderSelection
    uint256 public constant SEED_DELAY_BLOCKS = 2;
    /// @inheritdoc IProviderSelection
    uint256 public constant ASK_CHANGE_BLOCKS = 64;
    /// @inheritdoc IProviderSelection
    uint256 public constant MAX_TRIES_PER_SEAT = 16;
    /// @inheritdoc IProviderSelection
    uint256 public constant MAX_DECLINES_PER_DAY = 8;

    /// @inheritdoc IProviderSelection
    address public immutable modelRegistry;
    /// @inheritdoc IProviderSelection
    address public immutable providerStaking;

    mapping(address caller => bool) private _isProtocol;
    mapping(uint256 modelId => mapping(uint256 version => Roster)) private _rosters;
    mapping(address provider => mapping(bytes32 versionAndToken => Ask)) private _asks;
    mapping(address provider => Declines) private _declines;
    /// @inheritdoc IProviderSelection
    mapping(uint256 jobId => mapping(address provider => bool)) public isExcluded;

    modifier onlyProtocol() {
        if (!_isProtocol[msg.sender]) revert SelectionCallerNotProtocol(msg.sender);
        _;
    }

    constructor(address modelRegistry_, address providerStaking_) {
        if (modelRegistry_ == address(0) || providerStaking_ == address(0)) revert SelectionAddressZero();
        modelRegistry = modelRegistry_;
        providerStaking = providerStaking_;
    }

    /// @inheritdoc IProviderSelection
    function setProtocolContracts(
        address market,
        address quorumPolicy,
        address optimisticPolicy
    ) external onlyDeployerOnce {
        address[3] memory callers = [market, quorumPolicy, optimisticPolicy];
        for (uint256 i = 0; i < callers.length; ++i) {
            if (callers[i] == address(0)) revert SelectionAddressZero();
            _isProtocol[callers[i]] = true;
        }
        emit SelectionContractsSet(market, quorumPolicy, optimisticPolicy);
    }

    // What a provider offers

    /// @inheritdoc IProviderSelection
    function listModel(uint256 modelId, uint256 version, bool acceptsOffChain) external {
        // Refuses a version that is unknown or deprecated.
        IModelRegistry(modelRegistry).jobTerms(modelId, version);
        Roster storage roster = _rosters[modelId][version];
        if (roster.entries[msg.sender].leaf != 0) revert AlreadyListed(msg.sender, modelId, version);
        uint256 weight = _stakeOf(msg.sender);
        uint256 needed = IProviderStaking(providerStaking).bondAmount();
        if (weight < needed) revert ListingStakeTooLow(msg.sender, weight, needed);
        roster.add(msg.sender, weight.toUint96(), acceptsOffChain);
        emit ModelListed(msg.sender, modelId, version, weight, acceptsOffChain);
    }

    /// @inheritdoc IProviderSelection
    function unlistModel(uint256 modelId, uint256 version) external {
        _requireListed(modelId, version, msg.sender).remove(msg.sender);
        emit ModelUnlisted(msg.sender, modelId, version);
    }

    /// @inheritdoc IProviderSelection
    function setAsk(uint256 modelId, uint256 version, address token, bool accepted, uint256 ask) external {
        if (accepted && ask >= NOT_ACCEPTED) revert AskTooHigh(ask);
        Ask storage stored = _asks[msg.sender][_askKey(modelId, version, token)];
        uint256 changedAtBlock = stored.changedAtBlock;
        if (changedAtBlock != 0 && block.number < changedAtBlock + ASK_CHANGE_BLOCKS) {
            revert AskChangedRecently(changedAtBlock + ASK_CHANGE_BLOCKS);
        }
        // Casting is safe: below NOT_ACCEPTED.
        stored.set(accepted ? uint96(ask) : NOT_ACCEPTED);
        emit AskSet(msg.sender, modelId, version, token, accepted, accepted ? ask : 0);
        if (accepted) IProviderStaking(providerStaking).registerEarningToken(msg.sender, token);
    }

    /// @inheritdoc IProviderSelection
    function setMinAnswerSeconds(uint256 modelId, uint256 version, uint256 minAnswerSeconds) external {
        uint256 maxSeconds = RequestTerms.MAX_ANSWER_SECONDS;
        if (minAnswerSeconds > maxSeconds) revert MinAnswerSecondsTooLong(minAnswerSeconds, maxSeconds);
        // Casting is safe: a day.
        _rosters[modelId][version].setMinAnswer(msg.sender, uint32(minAnswerSeconds));
        emit MinAnswerSecondsSet(msg.sender, modelId, version, minAnswerSeconds);
    }

    /// @inheritdoc IProviderSelection
    function syncWeight(address provider, uint256 modelId, uint256 version) external {
        uint256 weight = _stakeOf(provider);
        _requireListed(modelId, version, provider).reweigh(provider, weight.toUint96());
        emit WeightSynced(provider, modelId, version, weight);
    }

    // The draw

    /// @inheritdoc IProviderSelection
    function drawProviders(
        DrawTerms calldata terms,
        uint256 count,
        bytes calldata header
    ) external onlyProtocol returns (Candidate[] memory drawn) {
        drawn = _draw(terms, count, header);
        if (drawn.length == 0) return drawn;
        address[] memory providers = new address[](drawn.length);
        for (uint256 i = 0; i < drawn.length; ++i) {
            providers[i] = drawn[i].provider;
            // Each is another provider, and it could lock a bond a moment ago.
            assert(IProviderStaking(providerStaking).lockBond(providers[i]));
        }
        emit ProvidersDrawn(terms.jobId, terms.drawBlock, providers);
    }

    /// @inheritdoc IProviderSelection
    function previewDraw(
        DrawTerms calldata terms,
        uint256 count,
        bytes calldata header
    ) external view returns (Candidate[] memory) {
        return _draw(terms, count, header);
    }

    /// @inheritdoc IProviderSelection
    function exclude(uint256 jobId, address provider) external onlyProtocol {
        isExcluded[jobId][provider] = true;
        emit ProviderExcluded(jobId, provider);
    }

    /// @inheritdoc IProviderSelection
    function countDecline(address provider) external onlyProtocol returns (bool allowed) {
        uint256 left = declinesLeft(provider);
        if (left == 0) return false;
        _declines[provider] = Declines(uint64(_today()), uint64(MAX_DECLINES_PER_DAY - left + 1));
        return true;
    }

    // Views

    /// @inheritdoc IProviderSelection
    function drawExpired(uint256 drawBlock) external view returns (bool) {
        return BlockRandomness.isForgotten(drawBlock + SEED_DELAY_BLOCKS);
    }

    /// @inheritdoc IProviderSelection
    function askOf(
        address provider,
        uint256 modelId,
        uint256 version,
        address token
    ) external view returns (bool accepted, uint256 ask) {
        if (_rosters[modelId][version].entries[provider].leaf == 0) return (false, 0);
        return _asks[provider][_askKey(modelId, version, token)].current();
    }

    /// @inheritdoc IProviderSelection
    function listingOf(address provider, uint256 modelId, uint256 version) external view returns (Listing memory) {
        Entry memory entry = _rosters[modelId][version].entries[provider];
        return Listing(entry.leaf != 0, entry.acceptsOffChain, entry.weight, entry.minAnswerSeconds);
    }

    /// @inheritdoc IProviderSelection
    function declinesLeft(address provider) public view returns (uint256) {
        Declines memory declines = _declines[provider];
        return declines.day == _today() ? MAX_DECLINES_PER_DAY - declines.count : MAX_DECLINES_PER_DAY;
    }

    /// @inheritdoc IProviderSelection
    function providerCount(uint256 modelId, uint256 version) public view returns (uint256 size) {
        (size, ) = _rosters[modelId][version].tree.latest();
    }

    /// @inheritdoc IProviderSelection
    function requireJurors(uint256 modelId, uint256 version, uint256 size) external view {
        uint256 providers = providerCount(modelId, version);
        if (providers < size + 2) revert JuryTooLarge(size, providers);
    }

    /// @inheritdoc IProviderSelection
    function providersOf(
        uint256 modelId,
        uint256 version,
        uint256 start,
        uint256 count
    ) external view returns (address[] memory providers) {
        uint256 size = providerCount(modelId, version);
        if (start >= size) return providers;
        providers = new address[](count < size - start ? count : size - start);
        Roster storage roster = _rosters[modelId][version];
        for (uint256 i = 0; i < providers.length; ++i) {
            providers[i] = roster.seatedOn(start + i + 1);
        }
    }

    /// @inheritdoc IProviderSelection
    function totalWeightOf(uint256 modelId, uint256 version) external view returns (uint256 total) {
        (, total) = _rosters[modelId][version].tree.latest();
    }

    /// @dev At most MAX_TRIES_PER_SEAT tries a seat, counted over all seats together.
    function _draw(
        DrawTerms calldata terms,
        uint256 count,
        bytes calldata header
    ) private view returns (Candidate[] memory drawn) {
        uint256 prevrandao = BlockRandomness.read(header, terms.drawBlock + SEED_DELAY_BLOCKS);
        (, uint256 total) = _rosters[terms.modelId][terms.version].tree.asOf(terms.drawBlock);
        if (total == 0) return drawn;
        Candidate[] memory found = new Candidate[](count);
        uint256 seats;
        for (uint256 k = 0; k < count * MAX_TRIES_PER_SEAT; ++k) {
            uint256 seed = uint256(keccak256(abi.encode(prevrandao, terms.jobId, terms.drawBlock, k)));
            Candidate memory candidate = _candidateAt(terms, seed % total);
            if (candidate.provider == address(0) || _isAmong(found, seats, candidate.provider)) continue;
            found[seats] = candidate;
            if (++seats == count) return found;
        }
    }

    /// @dev The provider on whose weight a point of the total weight falls; none if it does not take the job. How far into
    /// that weight the point lies is uniform: taking it if it had more stake, and still has, takes it with probability
    /// stake / weight.
    function _candidateAt(DrawTerms calldata terms, uint256 point) private view returns (Candidate memory none) {
        (Seated memory seated, uint256 offset) = _rosters[terms.modelId][terms.version].find(point, terms.drawBlock);
        address provider = seated.provider;
        if (terms.inputOffChain && !seated.acceptsOffChain) return none;
        if (terms.answerSeconds < seated.minAnswerSeconds || isExcluded[terms.jobId][provider]) return none;
        Ask memory stored = _asks[provider][_askKey(terms.modelId, terms.version, terms.token)];
        (bool accepted, uint96 ask) = stored.asOf(terms.drawBlock);
        if (!accepted || ask > terms.maxAsk) return none;
        IProviderStaking staking = IProviderStaking(providerStaking);
        if (offset >= staking.stakeSince(provider, terms.drawBlock) || !staking.canLockBond(provider)) return none;
        return Candidate(provider, ask);
    }

    function _requireListed(
        uint256 modelId,
        uint256 version,
        address provider
    ) private view returns (Roster storage roster) {
        roster = _rosters[modelId][version];
        if (roster.entries[provider].leaf == 0) revert NotListed(provider, modelId, version);
    }

    function _stakeOf(address provider) private view returns (uint256) {
        return IProviderStaking(providerStaking).stakeOf(provider);
    }

    function _today() private view returns (uint256) {
        return block.timestamp / 1 days;
    }

    function _isAmong(Candidate[] memory found, uint256 seats, address provider) private pure returns (bool) {
        for (uint256 i = 0; i < seats; ++i) {
            if (found[i].provider == provider) return true;
        }
        return false;
    }

    function _askKey(uint256 modelId, uint256 version, address token) private pure returns (bytes32) {
        return keccak256(abi.encode(modelId, version, token));
    }
}
