// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

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
    /// @dev How far back the BLOCKHASH opcode reaches.
    uint256 private constant OPCODE_BLOCKS = 256;
    /// @dev EIP-2935: keeps the hashes of 8,191 blocks.
    address private constant HISTORY_STORAGE = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice The prevrandao of a block, given the RLP encoding of its header.
    function read(bytes memory header, uint256 blockNumber) internal view returns (uint256) {
        if (block.number <= blockNumber) revert IProviderSelection.DrawTooEarly(blockNumber);
        // Nothing hashes to the zero of a block that is forgotten.
        if (keccak256(header) != _hashOf(blockNumber)) {
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
        return block.number > blockNumber && _hashOf(blockNumber) == 0;
    }

    /// @dev The hash of a block that is over, zero if it is forgotten. Not OpenZeppelin's Blockhash: that takes the data with
    /// which a call reverts for a hash, and Hardhat's chains have a contract at the address that reverts with a message.
    function _hashOf(uint256 blockNumber) private view returns (bytes32) {
        if (block.number - blockNumber <= OPCODE_BLOCKS) return blockhash(blockNumber);
        (bool success, bytes memory answer) = HISTORY_STORAGE.staticcall(abi.encode(blockNumber));
        return success && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }
}
