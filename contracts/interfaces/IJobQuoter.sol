// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Policy} from "../types/Job.sol";

/// @notice The price of one answer, and what it is made of. Amounts in units of the token.
/// @param providers listed providers that take this token, have a place free and a bond to spare now
/// @param lowestAsk what the cheapest of them asks; @param medianAsk; @param highestAsk
/// @param price what the job costs if the cheapest (a panel: the panelSize cheapest) answer
/// @param feeToReachAll the smallest fee with which every one of them can be drawn
/// @param providerAmount, royaltyAmount, protocolAmount the parts of `price`; they sum to it
/// @param scanned listings looked at; if below `listings`, ask again with a larger maxListings
struct Quote {
    uint256 providers;
    uint256 lowestAsk;
    uint256 medianAsk;
    uint256 highestAsk;
    uint256 price;
    uint256 feeToReachAll;
    uint256 providerAmount;
    uint256 royaltyAmount;
    uint256 protocolAmount;
    uint256 scanned;
    uint256 listings;
}

/// @title Job quoter
/// @notice Tells the price before anyone pays. It only reads.
interface IJobQuoter {
    /// @notice Too few providers serve this version in this token.
    error TooFewProviders(uint256 available, uint256 needed);

    /// @param panelSize providers that answer: 1 but for the quorum policy
    /// @param maxListings how many listings to look at, at most 256
    function quote(
        uint256 modelId,
        uint256 version,
        Policy policy,
        uint256 panelSize,
        address token,
        uint256 maxListings
    ) external view returns (Quote memory);

    function market() external view returns (address);
}
