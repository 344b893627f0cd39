// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProviderRoster, Roster, Seated} from "../../../contracts/libraries/ProviderRoster.sol";
import {StakeTree, Tree} from "../../../contracts/libraries/StakeTree.sol";
import {vm} from "../../helpers/Vm.sol";

contract ProviderRosterTest {
    using ProviderRoster for Roster;
    using StakeTree for Tree;

    uint256 private constant PROVIDERS = 9;
    uint256 private constant BLOCKS = 12;

    /// @dev What a provider is, in the simplest form.
    struct Listed {
        bool listed;
        bool acceptsOffChain;
        uint96 weight;
        uint32 minAnswerSeconds;
    }

    Roster internal roster;
    mapping(uint256 blockNumber => mapping(address provider => Listed)) private _listedAt;

    /// @dev Whoever comes, leaves, comes back and changes weight: as of every block, each provider that was listed then has
    /// one stretch of the total weight, as long as its weight was, and nobody else has any.
    function testFuzz_EveryPastBlockKeepsItsProviders(uint256 seed) public {
        for (uint256 blockNumber = 1; blockNumber <= BLOCKS; ++blockNumber) {
            vm.roll(blockNumber);
            _carryOver(blockNumber);
            for (uint256 i = 0; i < 1 + (seed % 5); ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                _operate(seed, blockNumber);
                if (seed % 3 == 0) _setMinAnswer(seed, blockNumber);
            }
            _assertSeats(blockNumber);
        }
        for (uint256 blockNumber = 0; blockNumber <= BLOCKS; ++blockNumber) _assertStretches(blockNumber);
    }

    function _operate(uint256 seed, uint256 blockNumber) private {
        address provider = _provider((seed >> 8) % PROVIDERS);
        // Casting is safe: below 2^96.
        uint96 weight = uint96(((seed >> 64) % type(uint96).max) + 1);
        Listed storage listed = _listedAt[blockNumber][provider];
        if (!listed.listed) {
            bool acceptsOffChain = seed & 1 == 1;
            roster.add(provider, weight, acceptsOffChain);
            (listed.listed, listed.acceptsOffChain, listed.weight) = (true, acceptsOffChain, weight);
        } else if (seed % 4 < 2) {
            roster.remove(provider);
            (listed.listed, listed.acceptsOffChain, listed.weight) = (false, false, 0);
        } else {
            roster.reweigh(provider, weight);
            listed.weight = weight;
        }
    }

    /// @dev Before it is listed, while it is, and after; the largest, too.
    function _setMinAnswer(uint256 seed, uint256 blockNumber) private {
        address provider = _provider((seed >> 16) % PROVIDERS);
        uint32 minAnswerSeconds = seed % 5 == 0 ? type(uint32).max : uint32(seed >> 200);
        roster.setMinAnswer(provider, minAnswerSeconds);
        _listedAt[blockNumber][provider].minAnswerSeconds = minAnswerSeconds;
    }

    function _carryOver(uint256 blockNumber) private {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            _listedAt[blockNumber][_provider(i)] = _listedAt[blockNumber - 1][_provider(i)];
        }
    }

    /// @dev Every listed provider sits on one of the leaves, and its entry says on which.
    function _assertSeats(uint256 blockNumber) private view {
        (uint256 size, ) = roster.tree.latest();
        uint256 listed = 0;
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            uint256 leaf = roster.entries[_provider(i)].leaf;
            vm.assertEq(
                roster.entries[_provider(i)].minAnswerSeconds,
                _listedAt[blockNumber][_provider(i)].minAnswerSeconds,
                "kept"
            );
            vm.assertTrue((leaf != 0) == _listedAt[blockNumber][_provider(i)].listed, "listed");
            if (leaf == 0) continue;
            ++listed;
            vm.assertEq(roster.seatedOn(leaf), _provider(i));
        }
        vm.assertEq(size, listed, "size");
    }

    function _assertStretches(uint256 blockNumber) private view {
        (uint256 size, uint256 total) = roster.tree.asOf(blockNumber);
        uint256 seen = 0;
        for (uint256 point = 0; point < total; ++seen) {
            (Seated memory seated, uint256 offset) = roster.find(point, blockNumber);
            Listed memory listed = _listedAt[blockNumber][seated.provider];
            vm.assertTrue(listed.listed, "not listed then");
            vm.assertTrue(seated.acceptsOffChain == listed.acceptsOffChain, "off-chain");
            vm.assertEq(seated.minAnswerSeconds, listed.minAnswerSeconds, "answer time");
            vm.assertEq(offset, 0, "begins here");
            (Seated memory atEnd, uint256 endOffset) = roster.find(point + listed.weight - 1, blockNumber);
            vm.assertEq(atEnd.provider, seated.provider);
            vm.assertEq(endOffset, listed.weight - 1, "ends here");
            point += listed.weight;
        }
        // As many stretches as leaves, and the sum of the weights: none is missing and none comes twice.
        vm.assertEq(seen, size, "stretches");
        uint256 sum = 0;
        for (uint256 i = 0; i < PROVIDERS; ++i) sum += _listedAt[blockNumber][_provider(i)].weight;
        vm.assertEq(sum, total, "total");
    }

    function _provider(uint256 index) private pure returns (address) {
        return address(uint160(0xB000 + index));
    }
}
