// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {IProviderSelection} from "../interfaces/IProviderSelection.sol";

/// @title The RANDAO value of a past block
/// @notice A contract can only read its own block's prevrandao. That of a past block stands in the block's header, which
/// is what the block's hash is the hash of.
/// @dev Headers have grown with the forks and will grow: item 13 is mixHash before the merge and prevrandao since, and all
/// that was added came behind it. Since the whole header is hashed, nothing in it can be shifted, added or cut.
library BlockRandomness {
    using Memory for Memory.Slice;

    uint256 private constant PREVRANDAO_ITEM = 13;
    /// @dev A prefix and 32 bytes.
    uint256 private constant PREVRANDAO_LENGTH = 33;

    /// @notice The prevrandao of a block, given the RLP encoding of its header.
    function read(bytes memory header, uint256 blockNumber) internal view returns (uint256) {
        if (block.number <= blockNumber) revert IProviderSelection.DrawTooEarly(blockNumber);
        // Nothing hashes to the zero of a block that is forgotten.
        if (keccak256(header) != Blockhash.blockHash(blockNumber)) {
            revert IProviderSelection.HeaderMismatch(blockNumber);
        }
        return parse(header, blockNumber);
    }

    /// @notice Item 13 of a list of RLP items.
    function parse(bytes memory header, uint256 blockNumber) internal pure returns (uint256) {
        Memory.Slice[] memory items = RLP.decodeList(header);
        if (items.length <= PREVRANDAO_ITEM || items[PREVRANDAO_ITEM].length() != PREVRANDAO_LENGTH) {
            revert IProviderSelection.HeaderMalformed(blockNumber);
        }
        return RLP.readUint256(items[PREVRANDAO_ITEM]);
    }

    /// @notice Whether a block's hash can no longer be had.
    function isForgotten(uint256 blockNumber) internal view returns (bool) {
        return block.number > blockNumber && Blockhash.blockHash(blockNumber) == 0;
    }
}
