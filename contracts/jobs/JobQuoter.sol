// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IJobQuoter, Quote} from "../interfaces/IJobQuoter.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IProviderSelection} from "../interfaces/IProviderSelection.sol";
import {IProviderStaking} from "../interfaces/IProviderStaking.sol";
import {RequestTerms} from "../libraries/RequestTerms.sol";
import {Job, Policy} from "../types/Job.sol";

/// @title Job quoter
contract JobQuoter is IJobQuoter {
    /// @inheritdoc IJobQuoter
    uint256 public constant MAX_LISTINGS = 256;

    /// @inheritdoc IJobQuoter
    address public immutable market;
    IProviderSelection private immutable SELECTION;
    IProviderStaking private immutable STAKING;
    IModelRegistry private immutable MODELS;

    constructor(address market_) {
        market = market_;
        SELECTION = IProviderSelection(IJobMarket(market_).providerSelection());
        STAKING = IProviderStaking(IJobMarket(market_).providerStaking());
        MODELS = IModelRegistry(IJobMarket(market_).modelRegistry());
    }

    /// @inheritdoc IJobQuoter
    function quote(
        uint256 modelId,
        uint256 version,
        Policy policy,
        uint256 panelSize,
        address token,
        uint256 maxListings
    ) external view returns (Quote memory quoted) {
        Job memory terms = _termsOf(modelId, version, policy);
        _requirePanel(policy, panelSize);
        quoted.listings = SELECTION.providerCount(modelId, version);
        quoted.scanned = Math.min(quoted.listings, Math.min(maxListings, MAX_LISTINGS));
        uint256[] memory asks = _asksOf(modelId, version, token, quoted.scanned);
        if (asks.length < panelSize) revert TooFewProviders(asks.length, panelSize);

        quoted.providers = asks.length;
        quoted.lowestAsk = asks[0];
        quoted.medianAsk = asks[(asks.length - 1) / 2];
        quoted.highestAsk = asks[asks.length - 1];
        quoted.lowestFee = asks[panelSize - 1] * panelSize;
        quoted.feeToReachAll = quoted.highestAsk * panelSize;
        for (uint256 i = 0; i < panelSize; ++i) _addPrice(quoted, terms, asks[i]);
    }

    /// @dev A job with the shares that it would have if it were requested now.
    function _termsOf(uint256 modelId, uint256 version, Policy policy) private view returns (Job memory terms) {
        address verifier;
        (verifier, , , terms.royaltyBps) = MODELS.jobTerms(modelId, version);
        if (policy == Policy.Proof && verifier == address(0)) {
            revert IJobMarket.VersionHasNoCircuit(modelId, version);
        }
        // Casting is safe: the market bounds its fee below 2^16.
        terms.protocolFeeBps = uint16(IJobMarket(market).protocolFeeBps());
    }

    function _requirePanel(Policy policy, uint256 panelSize) private pure {
        (uint256 min, uint256 max) = policy == Policy.Quorum
            ? (RequestTerms.MIN_PANEL_SIZE, RequestTerms.MAX_PANEL_SIZE)
            : (1, 1);
        if (panelSize < min || panelSize > max) revert IJobMarket.PolicyTermsInvalid(policy, panelSize, 0, 0);
    }

    /// @dev In ascending order, of those who could be drawn now.
    function _asksOf(
        uint256 modelId,
        uint256 version,
        address token,
        uint256 scanned
    ) private view returns (uint256[] memory asks) {
        address[] memory providers = SELECTION.providersOf(modelId, version, 0, scanned);
        asks = new uint256[](providers.length);
        uint256 count = 0;
        for (uint256 i = 0; i < providers.length; ++i) {
            (bool accepted, uint256 ask) = SELECTION.askOf(providers[i], modelId, version, token);
            if (accepted && STAKING.canLockBond(providers[i])) asks[count++] = ask;
        }
        assembly ("memory-safe") {
            mstore(asks, count)
        }
        return Arrays.sort(asks);
    }

    function _addPrice(Quote memory quoted, Job memory terms, uint256 ask) private pure {
        (uint256 providerAmount, uint256 royaltyAmountDown, uint256 protocolAmountDown) = terms.splitPrice(ask);
        quoted.price += ask;
        quoted.providerAmount += providerAmount;
        quoted.royaltyAmount += royaltyAmountDown;
        quoted.protocolAmount += protocolAmountDown;
    }
}
