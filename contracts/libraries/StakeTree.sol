// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @notice A list of weights, every past state of which can still be searched.
/// @dev nodes[i] is the sum of the weights of the leaves above i - (lowest bit of i) and up to i, for i from 1: a Fenwick
/// tree. totals packs the number of leaves (4 bytes) above the sum of their weights (22 bytes).
struct Tree {
    mapping(uint256 node => Checkpoints.Trace208) nodes;
    Checkpoints.Trace208 totals;
}

/// @title Sums of weights as of any block
/// @notice Every change is kept with its block number, so that a search sees the tree as it stood at the end of a block.
/// All take O(log n) of the number of leaves; `append` writes one node and `removeLast` none. A leaf that was removed
/// leaves its node behind: no search goes beyond the number of leaves of its block, and `append` sums a node anew.
/// @dev Weights are below 2^96 and leaves fewer than 2^32, so every sum is below 2^128.
library StakeTree {
    using Checkpoints for Checkpoints.Trace208;

    uint256 private constant SIZE_SHIFT = 176;

    /// @notice Adds a leaf and returns its number.
    function append(Tree storage tree, uint96 weight) internal returns (uint256 leaf) {
        (uint256 size, uint256 total) = latest(tree);
        leaf = size + 1;
        uint256 sum = weight;
        uint256 below = leaf - _lowestBit(leaf);
        for (uint256 node = size; node > below; node -= _lowestBit(node)) {
            sum += tree.nodes[node].latest();
        }
        _push(tree.nodes[leaf], sum);
        _pushTotals(tree, leaf, total + weight);
    }

    /// @notice Changes the weight of a leaf, which was `oldWeight`.
    function update(Tree storage tree, uint256 leaf, uint96 oldWeight, uint96 newWeight) internal {
        if (oldWeight == newWeight) return;
        (uint256 size, uint256 total) = latest(tree);
        for (uint256 node = leaf; node <= size; node += _lowestBit(node)) {
            _push(tree.nodes[node], uint256(tree.nodes[node].latest()) - oldWeight + newWeight);
        }
        _pushTotals(tree, size, total - oldWeight + newWeight);
    }

    /// @notice Removes the last leaf, whose weight is `weight`.
    /// @dev No node of a smaller number contains it.
    function removeLast(Tree storage tree, uint96 weight) internal {
        (uint256 size, uint256 total) = latest(tree);
        _pushTotals(tree, size - 1, total - weight);
    }

    /// @notice The leaf in which `target`, below the total weight, lies as of a block, and how far into its weight.
    function find(
        Tree storage tree,
        uint256 target,
        uint256 blockNumber
    ) internal view returns (uint256 leaf, uint256 offset) {
        (uint256 size, ) = asOf(tree, blockNumber);
        offset = target;
        for (uint256 step = 1 << Math.log2(size); step > 0; step >>= 1) {
            uint256 node = leaf + step;
            if (node > size) continue;
            uint256 sum = lookup(tree.nodes[node], blockNumber);
            if (sum > offset) continue;
            offset -= sum;
            leaf = node;
        }
        // Everything up to `leaf` lies below the target: the next one contains it.
        ++leaf;
    }

    /// @notice Number of leaves and sum of their weights.
    function latest(Tree storage tree) internal view returns (uint256 size, uint256 total) {
        return _unpack(tree.totals.latest());
    }

    /// @notice As `latest`, at the end of a block.
    function asOf(Tree storage tree, uint256 blockNumber) internal view returns (uint256 size, uint256 total) {
        return _unpack(lookup(tree.totals, blockNumber));
    }

    /// @notice The value of a trace at the end of a block. Mostly that is its last one: then in two reads.
    function lookup(Checkpoints.Trace208 storage trace, uint256 blockNumber) internal view returns (uint208) {
        (, uint48 changedAt, uint208 value) = trace.latestCheckpoint();
        if (changedAt <= blockNumber) return value;
        // Casting is safe: below changedAt.
        return trace.upperLookupRecent(uint48(blockNumber));
    }

    function _push(Checkpoints.Trace208 storage trace, uint256 value) private {
        // Casting is safe: sums are below 2^128.
        trace.push(uint48(block.number), uint208(value));
    }

    function _pushTotals(Tree storage tree, uint256 size, uint256 total) private {
        _push(tree.totals, (size << SIZE_SHIFT) | total);
    }

    function _unpack(uint256 totals) private pure returns (uint256 size, uint256 total) {
        return (totals >> SIZE_SHIFT, totals & ((1 << SIZE_SHIFT) - 1));
    }

    function _lowestBit(uint256 number) private pure returns (uint256) {
        return number & (~number + 1);
    }
}
