// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What a provider asks for one answer of a version in a token, with one step of history.
/// @dev One slot. changedAtBlock 0: never set. Prices of NOT_ACCEPTED: not in this token.
/// previousAtBlock is when `previousPrice` was set: that holds for draw blocks from there to changedAtBlock - 1.
struct Ask {
    uint96 price;
    uint96 previousPrice;
    uint32 changedAtBlock;
    uint32 previousAtBlock;
}

using {set, current, asOf} for Ask global;

/// @dev One more than the highest price.
uint96 constant NOT_ACCEPTED = type(uint96).max;

/// @notice Sets a price, or NOT_ACCEPTED, for draw blocks from this one on.
function set(Ask storage ask, uint96 price) {
    Ask memory old = ask;
    bool first = old.changedAtBlock == 0;
    ask.price = price;
    ask.previousPrice = first ? NOT_ACCEPTED : old.price;
    ask.changedAtBlock = SafeCast.toUint32(block.number);
    ask.previousAtBlock = old.changedAtBlock;
}

function current(Ask memory ask) pure returns (bool accepted, uint96 price) {
    return _read(ask.changedAtBlock == 0 ? NOT_ACCEPTED : ask.price);
}

/// @notice What was asked at the end of a block. One who changed its ask twice since then is taken not to have accepted.
function asOf(Ask memory ask, uint256 blockNumber) pure returns (bool accepted, uint96 price) {
    if (ask.changedAtBlock <= blockNumber) return current(ask);
    return _read(ask.previousAtBlock <= blockNumber ? ask.previousPrice : NOT_ACCEPTED);
}

function _read(uint96 stored) pure returns (bool accepted, uint96 price) {
    return stored == NOT_ACCEPTED ? (false, 0) : (true, stored);
}
