// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DeployerOnce} from "../../../contracts/access/DeployerOnce.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {DrawTerms, IProviderSelection, Listing} from "../../../contracts/interfaces/IProviderSelection.sol";
import {ProviderSelection} from "../../../contracts/providers/ProviderSelection.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderSelectionFixture} from "./ProviderSelectionFixture.sol";

contract ProviderSelectionListTest is ProviderSelectionFixture {
    function test_RefusesAVersionThatDoesNotExist() public {
        stakeFor(provider(0), BOND);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, 2));
        vm.prank(provider(0));
        selection.listModel(modelId, 2, true);
    }

    function test_RefusesADeprecatedVersion() public {
        stakeFor(provider(0), BOND);
        vm.prank(AUTHOR);
        models.deprecateVersion(modelId, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, modelId, 1));
        listFor(provider(0), true);
    }

    function test_RefusesAProviderWithLessThanOneBond() public {
        bytes4 tooLow = IProviderSelection.ListingStakeTooLow.selector;
        vm.expectRevert(abi.encodeWithSelector(tooLow, provider(0), 0, BOND));
        listFor(provider(0), true);
        stakeFor(provider(0), BOND - 1);
        vm.expectRevert(abi.encodeWithSelector(tooLow, provider(0), BOND - 1, BOND));
        listFor(provider(0), true);
        stakeFor(provider(0), 1);
        listFor(provider(0), true);
    }

    function test_RefusesToListTwice() public {
        serve(provider(0), BOND, ASK);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderSelection.AlreadyListed.selector, provider(0), modelId, uint256(1))
        );
        listFor(provider(0), false);
    }

    function test_RefusesToUnlistOrSyncWhoIsNotListed() public {
        bytes memory notListed = abi.encodeWithSelector(
            IProviderSelection.NotListed.selector,
            provider(0),
            modelId,
            uint256(1)
        );
        stakeFor(provider(0), BOND);
        vm.expectRevert(notListed);
        unlistFor(provider(0));
        vm.expectRevert(notListed);
        selection.syncWeight(provider(0), modelId, 1);
        listFor(provider(0), true);
        unlistFor(provider(0));
        vm.expectRevert(notListed);
        unlistFor(provider(0));
    }

    function test_RefusesTheProtocolsFunctionsToOthers() public {
        bytes memory refused = abi.encodeWithSelector(IProviderSelection.SelectionCallerNotProtocol.selector, STRANGER);
        DrawTerms memory terms = termsOf(1);
        vm.startPrank(STRANGER);
        vm.expectRevert(refused);
        selection.drawProviders(terms, 1, "");
        vm.expectRevert(refused);
        selection.exclude(1, provider(0));
        vm.expectRevert(refused);
        selection.countDecline(provider(0));
        vm.stopPrank();
    }

    function test_RefusesToNameTheProtocolTwiceOrByAStranger() public {
        vm.expectRevert(DeployerOnce.AlreadyConnected.selector);
        selection.setProtocolContracts(STRANGER, STRANGER, STRANGER);

        ProviderSelection fresh = new ProviderSelection(address(models), address(staking));
        vm.expectRevert(abi.encodeWithSelector(DeployerOnce.NotDeployer.selector, STRANGER));
        vm.prank(STRANGER);
        fresh.setProtocolContracts(STRANGER, STRANGER, STRANGER);
        vm.expectRevert(IProviderSelection.SelectionAddressZero.selector);
        fresh.setProtocolContracts(address(this), QUORUM_POLICY, address(0));
        vm.expectRevert(IProviderSelection.SelectionAddressZero.selector);
        new ProviderSelection(address(models), address(0));
    }

    function test_AListingWeighsWhatIsStakedNow() public {
        stakeFor(provider(0), 250 ether);
        vm.expectEmit(address(selection));
        emit IProviderSelection.ModelListed(provider(0), modelId, 1, 250 ether, false);
        listFor(provider(0), false);
        Listing memory listing = selection.listingOf(provider(0), modelId, 1);
        vm.assertTrue(listing.listed);
        vm.assertFalse(listing.acceptsOffChain);
        vm.assertEq(listing.weight, 250 ether);
        vm.assertEq(selection.totalWeightOf(modelId, 1), 250 ether);
    }

    function test_AnyoneBringsAWeightToTheStakeOfNow() public {
        serve(provider(0), 250 ether, ASK);
        serve(provider(1), 300 ether, ASK);
        stakeFor(provider(0), 50 ether);
        vm.assertEq(selection.totalWeightOf(modelId, 1), 550 ether);
        vm.prank(STRANGER);
        selection.syncWeight(provider(0), modelId, 1);
        vm.assertEq(selection.totalWeightOf(modelId, 1), 600 ether);

        vm.prank(provider(0));
        staking.requestUnstake(provider(0), 300 ether);
        vm.prank(STRANGER);
        selection.syncWeight(provider(0), modelId, 1);
        vm.assertEq(selection.totalWeightOf(modelId, 1), 300 ether);
        vm.assertTrue(selection.listingOf(provider(0), modelId, 1).listed);
        vm.assertEq(selection.listingOf(provider(0), modelId, 1).weight, 0);
    }

    function test_PagesShowEachListedProviderOnce() public {
        serveMany(7);
        unlistFor(provider(0));
        unlistFor(provider(6));
        unlistFor(provider(3));
        listFor(provider(3), false);
        vm.assertEq(selection.providerCount(modelId, 1), 5);
        uint256 seen = 0;
        for (uint256 start = 0; start < 6; start += 2) {
            address[] memory page = selection.providersOf(modelId, 1, start, 2);
            vm.assertEq(page.length, start == 4 ? 1 : 2);
            for (uint256 i = 0; i < page.length; ++i) seen |= 1 << (uint160(page[i]) - uint160(provider(0)));
        }
        vm.assertEq(seen, 0x3E);
        vm.assertEq(selection.providersOf(modelId, 1, 5, 2).length, 0);
        vm.assertEq(selection.providersOf(modelId, 1, 0, type(uint256).max).length, 5);
        vm.assertEq(selection.totalWeightOf(modelId, 1), 5 * BOND + (1 + 2 + 3 + 4 + 5) * 10 ether);
    }

    function test_VersionsHaveTheirOwnProviders() public {
        vm.prank(AUTHOR);
        models.publishVersion(modelId, CID, address(0), 1, 1);
        serve(provider(0), BOND, ASK);
        vm.assertEq(selection.providerCount(modelId, 2), 0);
        vm.prank(provider(0));
        selection.listModel(modelId, 2, true);
        unlistFor(provider(0));
        vm.assertEq(selection.providerCount(modelId, 2), 1);
    }

    function test_ADayHasEightDeclines() public {
        for (uint256 i = 0; i < 8; ++i) {
            vm.assertEq(selection.declinesLeft(provider(0)), 8 - i);
            vm.assertTrue(selection.countDecline(provider(0)));
        }
        vm.assertEq(selection.declinesLeft(provider(0)), 0);
        vm.assertFalse(selection.countDecline(provider(0)));
        vm.assertEq(selection.declinesLeft(provider(1)), 8);
        // The fixture's clock stands at 08:00 UTC.
        uint256 midnight = (block.timestamp / 1 days + 1) * 1 days;
        vm.warp(midnight - 1);
        vm.assertFalse(selection.countDecline(provider(0)));
        vm.warp(midnight);
        vm.assertEq(selection.declinesLeft(provider(0)), 8);
        vm.assertTrue(selection.countDecline(provider(0)));
        vm.assertEq(selection.declinesLeft(provider(0)), 7);
    }
}
