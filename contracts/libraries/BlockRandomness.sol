// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderSelection} from "../interfaces/IProviderSelection.sol";

/// @title The RANDAO value of a past block
/// @notice A contract can only read its own block's prevrandao. That of a past block stands in the block's header, which
/// is what the block's hash is the hash of.
/// @dev Headers have grown with the forks and will grow: item 13 is mixHash before the merge and prevrandao since, and all
/// that was added came behind it. Since the whole header is hashed, nothing in it can be shifted, added or cut: what is
/// checked of its form is for chains whose headers are not Ethereum's. OpenZeppelin's RLP reads the whole list, at 40,000
/// gas more a draw.
library BlockRandomness {
    uint256 private constant PREVRANDAO_ITEM = 13;
    /// @dev RLP prefixes: 0x00-0x7f is the item itself, 0x80-0xb7 precedes 0-55 bytes, 0xb8-0xbf a length of 1-8 bytes and
    /// that many, 0xc0-0xf7 a list of 0-55 bytes, 0xf8-0xff a length of 1-8 bytes and such a list.
    uint256 private constant SHORT_ITEM = 0x80;
    uint256 private constant LONG_ITEM = 0xb7;
    uint256 private constant SHORT_LIST = 0xc0;
    uint256 private constant LONG_LIST = 0xf7;
    uint256 private constant ITEM_OF_32_BYTES = 0xa0;
    uint256 private constant ITEM_OF_32_BYTES_LENGTH = 33;
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

    /// @notice Item 13 of a header, of whose items only those before are looked at.
    function parse(bytes memory header, uint256 blockNumber) internal pure returns (uint256 randomness) {
        uint256 cursor = _firstItem(header);
        for (uint256 item = 0; item < PREVRANDAO_ITEM && cursor < header.length; ++item) {
            cursor = _skipItem(header, cursor);
        }
        if (cursor + ITEM_OF_32_BYTES_LENGTH > header.length || uint8(header[cursor]) != ITEM_OF_32_BYTES) {
            revert IProviderSelection.HeaderMalformed(blockNumber);
        }
        assembly ("memory-safe") {
            randomness := mload(add(header, add(cursor, 33)))
        }
    }

    /// @notice Whether a block's hash can no longer be had.
    function isForgotten(uint256 blockNumber) internal view returns (bool) {
        return block.number > blockNumber && _hashOf(blockNumber) == 0;
    }

    /// @dev The hash of a block that is over, zero if it is forgotten. Not OpenZeppelin's Blockhash: that takes the data of
    /// a revert for a hash, and Hardhat's chains have a contract at this address that reverts with a message.
    function _hashOf(uint256 blockNumber) private view returns (bytes32) {
        if (block.number - blockNumber <= OPCODE_BLOCKS) return blockhash(blockNumber);
        (bool success, bytes memory answer) = HISTORY_STORAGE.staticcall(abi.encode(blockNumber));
        return success && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }

    /// @dev Where the items begin; the end of the header if it is no list of more than 55 bytes that ends where it does.
    function _firstItem(bytes memory header) private pure returns (uint256) {
        if (header.length == 0 || uint8(header[0]) <= LONG_LIST) return header.length;
        (uint256 start, uint256 length) = _readLength(header, 0, LONG_LIST);
        return start + length == header.length ? start : header.length;
    }

    /// @dev Where the item that begins at `cursor`, within the header, ends; the end of the header if it is a list, since a
    /// header has none in it.
    function _skipItem(bytes memory header, uint256 cursor) private pure returns (uint256) {
        uint256 prefix = uint8(header[cursor]);
        if (prefix < SHORT_ITEM) return cursor + 1;
        if (prefix <= LONG_ITEM) return cursor + 1 + prefix - SHORT_ITEM;
        if (prefix >= SHORT_LIST) return header.length;
        (uint256 start, uint256 length) = _readLength(header, cursor, LONG_ITEM);
        return start + length;
    }

    /// @dev The length of 1 to 8 bytes behind a prefix, and where what it counts begins: that lies beyond the header if the
    /// length is not all in it.
    function _readLength(
        bytes memory header,
        uint256 cursor,
        uint256 base
    ) private pure returns (uint256 start, uint256 length) {
        start = cursor + 1 + uint8(header[cursor]) - base;
        if (start > header.length) return (start, 0);
        for (uint256 i = cursor + 1; i < start; ++i) length = (length << 8) | uint8(header[i]);
    }
}
