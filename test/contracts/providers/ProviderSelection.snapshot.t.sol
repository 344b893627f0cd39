// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DrawTerms} from "../../../contracts/interfaces/IProviderSelection.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderSelectionFixture} from "./ProviderSelectionFixture.sol";

/// @notice Attacks: whoever sees a request, or already its randomness, tries to be drawn for it.
contract ProviderSelectionSnapshotTest is ProviderSelectionFixture {
    address private constant SYBIL = address(0x5B11);

    function setUp() public override {
        super.setUp();
        serveMany(7);
        vm.roll(REQUEST_BLOCK);
    }

    function test_WhoComesAfterTheRequestIsNotDrawnForIt() public {
        vm.roll(REQUEST_BLOCK + 1);
        serve(SYBIL, 1_000_000 ether, 0);
        vm.assertEq(timesDrawn(SYBIL, 40, seal()), 0);
    }

    function test_WhoComesInTheBlockOfTheRequestIsDrawnForIt() public {
        serve(SYBIL, 1_000_000 ether, 0);
        vm.assertEq(timesDrawn(SYBIL, 40, seal()), 40);
    }

    function test_NobodyWhoComesMovesAnotherInTheDraw() public {
        bytes memory header = seal();
        bytes32 digest = drawsDigest(header);
        // The eighth leaf's node spans all that were before it.
        serve(SYBIL, 1_000_000 ether, 0);
        vm.assertEq(drawsDigest(header), digest);
        vm.roll(REQUEST_BLOCK + 60);
        serve(address(0x5B12), 1_000_000 ether, 0);
        vm.assertEq(drawsDigest(header), digest);
    }

    /// @dev Going and coming back reorders the list: as of the request it stays as it was.
    function test_LeavingAndRejoiningChangesNoDraw() public {
        bytes memory header = seal();
        bytes32 digest = drawsDigest(header);
        for (uint256 i = 0; i < 7; ++i) {
            unlistFor(provider((i * 3) % 7));
            vm.assertEq(drawsDigest(header), digest);
        }
        vm.assertEq(selection.providerCount(modelId, 1), 0);
        serve(SYBIL, 1_000_000 ether, 0);
        for (uint256 i = 0; i < 7; ++i) listFor(provider(i), i % 2 == 0);
        vm.assertEq(drawsDigest(header), digest);
    }

    /// @dev Who could not take the input when the job was requested can not rejoin as one who can.
    function test_RejoiningForOffChainInputsDoesNotCountForEarlierRequests() public {
        vm.roll(REQUEST_BLOCK - 1);
        stakeFor(SYBIL, 1_000_000 ether);
        listFor(SYBIL, false);
        askFor(SYBIL, true, 0);
        vm.roll(REQUEST_BLOCK + 1);
        unlistFor(SYBIL);
        listFor(SYBIL, true);
        bytes memory header = seal();
        DrawTerms memory terms = termsOf(1);
        vm.assertEq(drawnFor(terms, header).provider, SYBIL);
        terms.inputOffChain = true;
        vm.assertTrue(drawnFor(terms, header).provider != SYBIL);
    }

    function test_StakeAddedAfterTheRequestAddsNoWeight() public {
        bytes memory header = seal();
        bytes32 digest = drawsDigest(header);
        stakeFor(provider(0), 1_000_000 ether);
        selection.syncWeight(provider(0), modelId, 1);
        vm.assertEq(drawsDigest(header), digest);
    }

    function test_AsksChangedAfterTheRequestChangeNoDraw() public {
        bytes memory header = seal();
        bytes32 digest = drawsDigest(header);
        for (uint256 i = 0; i < 7; ++i) askFor(provider(i), i % 2 == 0, i * ASK);
        vm.assertEq(drawsDigest(header), digest);
    }

    /// @dev Draws can be sent in any order: none depends on another but for the bonds that are taken.
    function test_TheOrderOfDrawsDoesNotMatterWhileThereAreBonds() public {
        for (uint256 i = 0; i < 7; ++i) stakeFor(provider(i), 3 * BOND);
        bytes memory header = seal();
        address[] memory expected = new address[](4);
        for (uint256 i = 0; i < 4; ++i) expected[i] = drawnFor(i + 1, header);
        for (uint256 i = 4; i > 0; --i) {
            vm.assertEq(selection.drawProviders(termsOf(i), 1, header)[0].provider, expected[i - 1]);
        }
    }

    /// @dev Stake that is gone when the draw is made counts no longer, whoever is hit by that falls out and nobody else.
    function test_StakeTakenOutAfterTheRequestOnlyEverCostsItsOwner() public {
        bytes memory header = seal();
        address[] memory before = new address[](40);
        for (uint256 i = 0; i < 40; ++i) before[i] = drawnFor(i + 1, header);
        vm.prank(provider(3));
        staking.requestUnstake(provider(3), BOND + 30 ether);
        for (uint256 i = 0; i < 40; ++i) {
            address drawn = drawnFor(i + 1, header);
            vm.assertTrue(drawn != provider(3) && drawn != address(0));
            if (before[i] != provider(3)) vm.assertEq(drawn, before[i]);
        }
    }

    /// @dev Listed with one provider, moved to another, and brought back when the first is drawn: its weight, which nobody
    /// synced, counts only as far as there was stake behind it at the request.
    function test_OneStakeDoesNotCountForTwoProviders() public {
        vm.roll(REQUEST_BLOCK - 100);
        serve(SYBIL, 1_000_000 ether, 0);
        vm.startPrank(SYBIL);
        staking.requestUnstake(SYBIL, 1_000_000 ether);
        vm.warp(block.timestamp + staking.UNBONDING_SECONDS());
        staking.withdrawUnstaked(SYBIL);
        vm.stopPrank();
        vm.roll(REQUEST_BLOCK);
        vm.assertEq(selection.listingOf(SYBIL, modelId, 1).weight, 1_000_000 ether);
        bytes memory header = seal();
        vm.startPrank(SYBIL);
        token.approve(address(staking), 1_000_000 ether);
        staking.stake(1_000_000 ether);
        vm.stopPrank();
        vm.assertEq(timesDrawn(SYBIL, 40, header), 0);
    }
}
