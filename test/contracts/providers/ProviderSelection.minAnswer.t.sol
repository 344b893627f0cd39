// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Candidate, DrawTerms, IProviderSelection, Listing} from "../../../contracts/interfaces/IProviderSelection.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderSelectionFixture} from "./ProviderSelectionFixture.sol";

/// @notice The threat: a requester that gives ten seconds for an answer, and earns half the bond of whoever is drawn. The draws
/// of the fixture give ANSWER_SECONDS.
contract ProviderSelectionMinAnswerTest is ProviderSelectionFixture {
    function test_RefusesAMinimumThatNoJobGives() public {
        vm.expectRevert(
            abi.encodeWithSelector(IProviderSelection.MinAnswerSecondsTooLong.selector, 1 days + 1, 1 days)
        );
        setMinAnswerFor(provider(0), 1 days + 1);
        setMinAnswerFor(provider(0), 1 days);
    }

    function test_TellsTheMinimumAndShowsIt() public {
        serve(provider(0), BOND, ASK);
        vm.expectEmit(address(selection));
        emit IProviderSelection.MinAnswerSecondsSet(provider(0), modelId, 1, 60);
        setMinAnswerFor(provider(0), 60);
        Listing memory listing = selection.listingOf(provider(0), modelId, 1);
        vm.assertEq(listing.minAnswerSeconds, 60);
        vm.assertTrue(listing.listed && listing.acceptsOffChain);
        vm.assertEq(listing.weight, BOND);
        vm.assertEq(selection.listingOf(provider(1), modelId, 1).minAnswerSeconds, 0);
        vm.assertEq(selection.listingOf(provider(0), modelId, 2).minAnswerSeconds, 0);
    }

    function test_NobodyIsDrawnForLessTimeThanItTakes() public {
        serve(provider(0), BOND, ASK);
        vm.roll(REQUEST_BLOCK);
        setMinAnswerFor(provider(0), ANSWER_SECONDS + 1);
        vm.assertEq(drawnFor(1, seal()), address(0));
    }

    function test_TheMinimumItselfIsEnough() public {
        serve(provider(0), BOND, ASK);
        vm.roll(REQUEST_BLOCK);
        setMinAnswerFor(provider(0), ANSWER_SECONDS);
        vm.assertEq(drawnFor(1, seal()), provider(0));
    }

    function test_OthersAreDrawnInItsPlace() public {
        serveMany(2);
        setMinAnswerFor(provider(1), 1 days);
        vm.roll(REQUEST_BLOCK);
        bytes memory header = seal();
        vm.assertEq(timesDrawn(provider(0), 20, header), 20);
        DrawTerms memory terms = termsOf(1);
        terms.answerSeconds = 1 days;
        uint256 times = 0;
        for (terms.jobId = 1; terms.jobId <= 20; ++terms.jobId) {
            if (drawnFor(terms, header).provider == provider(1)) ++times;
        }
        vm.assertTrue(times > 0, "never drawn for enough time");
    }

    function test_IsNotDrawnIntoAPanelEither() public {
        serveMany(5);
        for (uint256 i = 0; i < 2; ++i) setMinAnswerFor(provider(i), ANSWER_SECONDS + 1);
        vm.roll(REQUEST_BLOCK);
        bytes memory header = seal();
        for (uint256 jobId = 1; jobId <= 20; ++jobId) {
            Candidate[] memory drawn = selection.previewDraw(termsOf(jobId), 3, header);
            for (uint256 i = 0; i < drawn.length; ++i) {
                vm.assertTrue(drawn[i].provider != provider(0) && drawn[i].provider != provider(1), "drawn");
            }
        }
        vm.assertEq(selection.previewDraw(termsOf(1), 4, header).length, 0);
    }

    /// @dev The threat: whoever sees the randomness changes its minimum to be drawn, or to have another drawn.
    function test_AChangeAfterTheRequestChangesNoDraw() public {
        serveMany(7);
        setMinAnswerFor(provider(3), ANSWER_SECONDS + 1);
        bytes memory header = seal();
        bytes32 digest = drawsDigest(header);
        for (uint256 i = 0; i < 7; ++i) {
            setMinAnswerFor(provider(i), i == 3 ? 0 : 1 days);
            vm.assertEq(drawsDigest(header), digest);
        }
        for (uint256 i = 0; i < 7; ++i) unlistFor(provider(i));
        vm.assertEq(drawsDigest(header), digest);
    }

    /// @dev So that there is no moment in which it is listed without.
    function test_IsSetBeforeTheListingAndKeptAfterIt() public {
        setMinAnswerFor(provider(0), 77);
        vm.assertFalse(selection.listingOf(provider(0), modelId, 1).listed);
        serve(provider(0), BOND, ASK);
        serve(provider(1), BOND, ASK);
        vm.assertEq(selection.listingOf(provider(0), modelId, 1).minAnswerSeconds, 77);
        unlistFor(provider(0));
        Listing memory listing = selection.listingOf(provider(0), modelId, 1);
        vm.assertTrue(!listing.listed && !listing.acceptsOffChain && listing.weight == 0);
        vm.assertEq(listing.minAnswerSeconds, 77);
        listFor(provider(0), false);
        vm.assertEq(selection.listingOf(provider(0), modelId, 1).minAnswerSeconds, 77);
        vm.assertEq(selection.listingOf(provider(1), modelId, 1).minAnswerSeconds, 0);
    }

    function setMinAnswerFor(address account, uint256 minAnswerSeconds) internal {
        vm.prank(account);
        selection.setMinAnswerSeconds(modelId, 1, minAnswerSeconds);
    }
}
