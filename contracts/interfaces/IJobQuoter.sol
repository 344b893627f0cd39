// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Policy} from "../types/Job.sol";

/// @notice The price of one answer, and what it is made of. Amounts in units of the token.
/// @param providers listed providers that take this token, have a place free and a bond to spare now; whether they take
/// inputs that lie off the chain is not looked at
/// @param lowestAsk what the cheapest of them asks; @param medianAsk the lower one of two; @param highestAsk
/// @param price what the job costs if the cheapest (a panel: the panelSize cheapest) answer
/// @param lowestFee the smallest fee with which these can be drawn: price, but panelSize times the highest ask of a panel
/// @param feeToReachAll the smallest fee with which every one of them can be drawn
/// @param providerAmount, royaltyAmount, protocolAmount the parts of `price`; they sum to it
/// @param scanned listings looked at; if below `listings`, ask again with a larger maxListings
struct Quote {
    uint256 providers;
    uint256 lowestAsk;
    uint256 medianAsk;
    uint256 highestAsk;
    uint256 price;
    uint256 lowestFee;
    uint256 feeToReachAll;
    uint256 providerAmount;
    uint256 royaltyAmount;
    uint256 protocolAmount;
    uint256 scanned;
    uint256 listings;
}

/// @title Job quoter
/// @notice Tells the price before anyone pays. It only reads. Nothing here binds anyone: the price of a job is the ask of
/// the provider that is drawn, as of the block of the request, and never more than the fee.
interface IJobQuoter {
    /// @notice Too few providers serve this version in this token.
    error TooFewProviders(uint256 available, uint256 needed);

    /// @param panelSize providers that answer: 3 to 15 under the quorum policy, 1 under the others
    /// @param maxListings how many listings to look at, at most MAX_LISTINGS
    function quote(
        uint256 modelId,
        uint256 version,
        Policy policy,
        uint256 panelSize,
        address token,
        uint256 maxListings
    ) external view returns (Quote memory);

    function market() external view returns (address);
    function MAX_LISTINGS() external view returns (uint256);
}
