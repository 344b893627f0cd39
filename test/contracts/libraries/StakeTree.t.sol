// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StakeTree, Tree} from "../../../contracts/libraries/StakeTree.sol";
import {vm} from "../../helpers/Vm.sol";

contract StakeTreeTest {
    using StakeTree for Tree;

    Tree internal tree;

    /// @dev The weights at the end of each block, in a plain list.
    mapping(uint256 blockNumber => uint96[]) private _weightsAt;
    uint96[] private _weights;

    function test_AnEmptyTreeHasNoWeight() public view {
        (uint256 size, uint256 total) = tree.latest();
        vm.assertEq(size + total, 0);
        (size, total) = tree.asOf(block.number);
        vm.assertEq(size + total, 0);
    }

    function test_ALeafAppendedLaterDoesNotHideThoseBeforeIt() public {
        vm.roll(100);
        for (uint256 i = 0; i < 7; ++i) tree.append(10);
        vm.roll(101);
        // Node 8 spans leaves 1 to 8, and weighs nothing as of block 100.
        tree.append(1_000);
        for (uint256 target = 0; target < 70; ++target) {
            (uint256 leaf, uint256 offset) = tree.find(target, 100);
            vm.assertEq(leaf, target / 10 + 1);
            vm.assertEq(offset, target % 10);
        }
    }

    function test_ALeafThatComesBackForgetsWhatItsNodeHeld() public {
        vm.roll(100);
        for (uint256 i = 0; i < 4; ++i) tree.append(10);
        vm.roll(101);
        tree.removeLast(10);
        tree.update(1, 10, 3);
        tree.append(5);
        _assertFinds(3 + 9, 101, 2, 9);
        _assertFinds(3 + 10 + 10 + 4, 101, 4, 4);
        _assertFinds(3 + 10, 101, 3, 0);
        _assertFinds(39, 100, 4, 9);
    }

    function test_WeightsOfZeroAreNeverFound() public {
        vm.roll(100);
        tree.append(0);
        tree.append(5);
        tree.append(0);
        tree.append(5);
        tree.append(0);
        for (uint256 target = 0; target < 10; ++target) {
            _assertFinds(target, 100, target < 5 ? 2 : 4, target % 5);
        }
    }

    function test_HoldsTheHighestWeights() public {
        vm.roll(100);
        for (uint256 i = 0; i < 9; ++i) tree.append(type(uint96).max);
        uint256 weight = type(uint96).max;
        _assertFinds(9 * weight - 1, 100, 9, weight - 1);
        _assertFinds(7 * weight, 100, 8, 0);
    }

    /// @dev Against a plain list, as of every block, after random operations.
    function testFuzz_FindsWhatAPlainListFinds(uint256 seed) public {
        uint256 blocks = 12;
        for (uint256 blockNumber = 1; blockNumber <= blocks; ++blockNumber) {
            vm.roll(blockNumber);
            for (uint256 i = 0; i < 1 + (seed % 4); ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                _operate(seed);
            }
            _weightsAt[blockNumber] = _weights;
        }
        for (uint256 blockNumber = 0; blockNumber <= blocks; ++blockNumber) _assertAsListed(blockNumber);
    }

    function _operate(uint256 seed) private {
        // Casting is safe: below 2^96.
        uint96 weight = uint96((seed >> 16) % (seed % 5 == 0 ? 3 : uint256(type(uint96).max)));
        uint256 size = _weights.length;
        if (seed % 8 < 4 || size == 0) {
            vm.assertEq(tree.append(weight), size + 1);
            _weights.push(weight);
        } else if (seed % 8 < 6) {
            uint256 leaf = ((seed >> 128) % size) + 1;
            tree.update(leaf, _weights[leaf - 1], weight);
            _weights[leaf - 1] = weight;
        } else {
            tree.removeLast(_weights[size - 1]);
            _weights.pop();
        }
    }

    function _assertAsListed(uint256 blockNumber) private view {
        uint96[] memory weights = _weightsAt[blockNumber];
        uint256 below = 0;
        for (uint256 i = 0; i < weights.length; ++i) {
            if (weights[i] == 0) continue;
            _assertFinds(below, blockNumber, i + 1, 0);
            _assertFinds(below + weights[i] - 1, blockNumber, i + 1, weights[i] - 1);
            below += weights[i];
        }
        (uint256 size, uint256 total) = tree.asOf(blockNumber);
        vm.assertEq(size, weights.length, "size");
        vm.assertEq(total, below, "total");
    }

    function _assertFinds(uint256 target, uint256 blockNumber, uint256 leaf, uint256 offset) private view {
        (uint256 foundLeaf, uint256 foundOffset) = tree.find(target, blockNumber);
        vm.assertEq(foundLeaf, leaf, "leaf");
        vm.assertEq(foundOffset, offset, "offset");
    }
}
