// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {vm} from "./Vm.sol";

/// @notice Headers of blocks whose RANDAO value the test chooses: the chain of a Solidity test has no real ones.
library BlockHeader {
    using RLP for RLP.Encoder;

    /// @notice The RLP encoding of a header of the Prague fork with this number and prevrandao.
    function encode(uint256 number, uint256 prevrandao) internal pure returns (bytes memory) {
        RLP.Encoder memory list = RLP.encoder();
        list.push(keccak256("parent")).push(keccak256("uncles")).push(address(0xFEE));
        list.push(keccak256("state")).push(keccak256("transactions")).push(keccak256("receipts"));
        list.push(new bytes(256)).push(uint256(0)).push(number).push(uint256(30_000_000)).push(uint256(21_000));
        list.push(uint256(1_800_000_000)).push(bytes("verimesh")).push(bytes32(prevrandao)).push(new bytes(8));
        list.push(uint256(7)).push(keccak256("withdrawals")).push(uint256(0)).push(uint256(0));
        list.push(keccak256("beacon")).push(keccak256("requests"));
        return list.encode();
    }

    /// @notice Moves the chain to the first block in which the draw of `drawBlock` can be made, whose randomness is
    /// `prevrandao`, and returns the header that proves it.
    function seal(uint256 drawBlock, uint256 seedDelay, uint256 prevrandao) internal returns (bytes memory header) {
        uint256 seedBlock = drawBlock + seedDelay;
        header = encode(seedBlock, prevrandao);
        vm.roll(seedBlock + 1);
        vm.setBlockhash(seedBlock, keccak256(header));
    }
}
