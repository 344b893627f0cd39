// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {StakeTree, Tree} from "./StakeTree.sol";

/// @dev One slot: weight (12), leaf (4), acceptsOffChain (1). leaf 0: not listed.
struct Entry {
    uint96 weight;
    uint32 leaf;
    bool acceptsOffChain;
}

/// @notice The providers of one model version.
/// @dev seats[leaf] packs who sits on a leaf (20 bytes) and, above that, whether it takes inputs off the chain (1 bit).
/// Leaves 1 to size are the providers that are listed: who leaves is replaced by the one on the last leaf.
struct Roster {
    Tree tree;
    mapping(uint256 leaf => Checkpoints.Trace208) seats;
    mapping(address provider => Entry) entries;
}

/// @title The providers of a version and their weights, as of any block
/// @notice Who sits on a leaf is kept with its block number as its weight is: coming, leaving and coming back after a block
/// changes nothing of what `find` says as of it.
library ProviderRoster {
    using Checkpoints for Checkpoints.Trace208;
    using StakeTree for Tree;

    uint256 private constant OFF_CHAIN_BIT = 160;

    /// @notice Lists a provider that is not listed.
    function add(Roster storage roster, address provider, uint96 weight, bool acceptsOffChain) internal {
        uint256 leaf = roster.tree.append(weight);
        // Casting is safe: nobody pays for 2^32 listings of one bond each.
        roster.entries[provider] = Entry(weight, uint32(leaf), acceptsOffChain);
        _seat(roster, leaf, provider, acceptsOffChain);
    }

    /// @notice Takes a listed provider off the list.
    function remove(Roster storage roster, address provider) internal {
        Entry memory entry = roster.entries[provider];
        (uint256 size, ) = roster.tree.latest();
        address last = seatedOn(roster, size);
        Entry memory moved = roster.entries[last];
        delete roster.entries[provider];
        roster.tree.removeLast(moved.weight);
        if (last == provider) return;
        roster.tree.update(entry.leaf, entry.weight, moved.weight);
        roster.entries[last].leaf = entry.leaf;
        _seat(roster, entry.leaf, last, moved.acceptsOffChain);
    }

    /// @notice Gives a listed provider a new weight.
    function reweigh(Roster storage roster, address provider, uint96 weight) internal {
        Entry storage entry = roster.entries[provider];
        roster.tree.update(entry.leaf, entry.weight, weight);
        entry.weight = weight;
    }

    /// @notice The provider in whose weight `target`, below the total, lies as of a block; and how far into it.
    function find(
        Roster storage roster,
        uint256 target,
        uint256 blockNumber
    ) internal view returns (address provider, bool acceptsOffChain, uint256 offset) {
        uint256 leaf;
        (leaf, offset) = roster.tree.find(target, blockNumber);
        uint256 seat = StakeTree.lookup(roster.seats[leaf], blockNumber);
        return (address(uint160(seat)), seat >> OFF_CHAIN_BIT != 0, offset);
    }

    /// @notice Who sits on a leaf now, from 1 to the number of providers.
    function seatedOn(Roster storage roster, uint256 leaf) internal view returns (address) {
        return address(uint160(roster.seats[leaf].latest()));
    }

    function _seat(Roster storage roster, uint256 leaf, address provider, bool acceptsOffChain) private {
        uint208 seat = uint208(uint160(provider));
        if (acceptsOffChain) seat |= uint208(1 << OFF_CHAIN_BIT);
        if (roster.seats[leaf].latest() != seat) roster.seats[leaf].push(uint48(block.number), seat);
    }
}
