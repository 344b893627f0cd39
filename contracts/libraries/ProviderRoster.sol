// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {StakeTree, Tree} from "./StakeTree.sol";

/// @dev One slot: weight (12), leaf (4), acceptsOffChain (1), minAnswerSeconds (4). leaf 0: not listed; then only
/// minAnswerSeconds is kept, for the next listing.
struct Entry {
    uint96 weight;
    uint32 leaf;
    bool acceptsOffChain;
    uint32 minAnswerSeconds;
}

/// @notice Who sits on a leaf, and what it takes.
struct Seated {
    address provider;
    bool acceptsOffChain;
    uint256 minAnswerSeconds;
}

/// @notice The providers of one model version.
/// @dev seats[leaf] packs who sits on a leaf (20 bytes) and, above that, whether it takes inputs off the chain (1 bit) and
/// its minAnswerSeconds (32 bits).
/// Leaves 1 to size are the providers that are listed: who leaves is replaced by the one on the last leaf.
struct Roster {
    Tree tree;
    mapping(uint256 leaf => Checkpoints.Trace208) seats;
    mapping(address provider => Entry) entries;
}

/// @title The providers of a version and their weights, as of any block
/// @notice Who sits on a leaf and what it takes is kept with its block number as its weight is: coming, leaving and coming back after a block
/// changes nothing of what `find` says as of it.
library ProviderRoster {
    using Checkpoints for Checkpoints.Trace208;
    using StakeTree for Tree;

    uint256 private constant OFF_CHAIN_BIT = 160;
    uint256 private constant MIN_ANSWER_BIT = 161;

    /// @notice Lists a provider that is not listed.
    function add(Roster storage roster, address provider, uint96 weight, bool acceptsOffChain) internal {
        uint256 leaf = roster.tree.append(weight);
        // Casting is safe: nobody pays for 2^32 listings of one bond each.
        Entry memory entry = Entry(weight, uint32(leaf), acceptsOffChain, roster.entries[provider].minAnswerSeconds);
        roster.entries[provider] = entry;
        _seat(roster, provider, entry);
    }

    /// @notice Takes a listed provider off the list.
    function remove(Roster storage roster, address provider) internal {
        Entry memory entry = roster.entries[provider];
        (uint256 size, ) = roster.tree.latest();
        address last = seatedOn(roster, size);
        Entry memory moved = roster.entries[last];
        roster.entries[provider] = Entry(0, 0, false, entry.minAnswerSeconds);
        roster.tree.removeLast(moved.weight);
        if (last == provider) return;
        roster.tree.update(entry.leaf, entry.weight, moved.weight);
        roster.entries[last].leaf = moved.leaf = entry.leaf;
        _seat(roster, last, moved);
    }

    /// @notice Gives a listed provider a new weight.
    function reweigh(Roster storage roster, address provider, uint96 weight) internal {
        Entry storage entry = roster.entries[provider];
        roster.tree.update(entry.leaf, entry.weight, weight);
        entry.weight = weight;
    }

    /// @notice Sets the shortest answer time that a provider takes, listed or not yet.
    function setMinAnswer(Roster storage roster, address provider, uint32 minAnswerSeconds) internal {
        roster.entries[provider].minAnswerSeconds = minAnswerSeconds;
        Entry memory entry = roster.entries[provider];
        if (entry.leaf != 0) _seat(roster, provider, entry);
    }

    /// @notice The provider in whose weight `target`, below the total, lies as of a block; and how far into it.
    function find(
        Roster storage roster,
        uint256 target,
        uint256 blockNumber
    ) internal view returns (Seated memory seated, uint256 offset) {
        uint256 leaf;
        (leaf, offset) = roster.tree.find(target, blockNumber);
        uint256 seat = StakeTree.lookup(roster.seats[leaf], blockNumber);
        seated.provider = address(uint160(seat));
        seated.acceptsOffChain = (seat >> OFF_CHAIN_BIT) & 1 == 1;
        seated.minAnswerSeconds = seat >> MIN_ANSWER_BIT;
    }

    /// @notice Who sits on a leaf now, from 1 to the number of providers.
    function seatedOn(Roster storage roster, uint256 leaf) internal view returns (address) {
        return address(uint160(roster.seats[leaf].latest()));
    }

    function _seat(Roster storage roster, address provider, Entry memory entry) private {
        uint208 seat = uint208(uint160(provider)) | (uint208(entry.minAnswerSeconds) << uint208(MIN_ANSWER_BIT));
        if (entry.acceptsOffChain) seat |= uint208(1 << OFF_CHAIN_BIT);
        Checkpoints.Trace208 storage trace = roster.seats[entry.leaf];
        if (trace.latest() != seat) trace.push(uint48(block.number), seat);
    }
}
