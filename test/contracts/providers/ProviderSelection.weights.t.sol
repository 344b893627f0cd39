// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Candidate} from "../../../contracts/interfaces/IProviderSelection.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderSelectionFixture} from "./ProviderSelectionFixture.sol";

/// @notice How often who is drawn, and what a draw costs. All seeds are fixed, so the counts are the same in every run.
contract ProviderSelectionWeightsTest is ProviderSelectionFixture {
    uint256 private constant DRAWS = 600;

    function test_ProvidersAreDrawnInProportionToTheirStake() public {
        uint256[5] memory weights = [uint256(1), 2, 3, 4, 10];
        for (uint256 i = 0; i < 5; ++i) serve(provider(i), weights[i] * BOND, ASK);
        bytes memory header = seal();
        uint256[5] memory times;
        for (uint256 jobId = 1; jobId <= DRAWS; ++jobId) {
            ++times[uint160(drawnFor(jobId, header)) - uint160(provider(0))];
        }
        for (uint256 i = 0; i < 5; ++i) _assertFrequency(times[i], weights[i], 20);
    }

    /// @dev B weighs as much as A until someone syncs it, and has half of it left: it is drawn half as often.
    function test_SlashedStakeCountsAtItsTrueSizeBeforeAnyoneSyncsIt() public {
        serve(provider(0), 4 * BOND, ASK);
        serve(provider(1), 4 * BOND, ASK);
        vm.roll(REQUEST_BLOCK);
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertTrue(staking.lockBond(provider(1)));
            staking.slashBond(provider(1), STRANGER, BOND / 2);
        }
        bytes memory header = seal();
        vm.assertEq(selection.totalWeightOf(modelId, 1), 8 * BOND);
        uint256 times = timesDrawn(provider(1), DRAWS, header);
        _assertFrequency(times, 1, 3);
        _assertFrequency(timesDrawn(provider(0), DRAWS, header), 2, 3);
    }

    function test_WithoutSyncStakeAddedLaterAddsNothing() public {
        serve(provider(0), 3 * BOND, ASK);
        serve(provider(1), BOND, ASK);
        stakeFor(provider(1), 100 * BOND);
        vm.roll(REQUEST_BLOCK);
        bytes memory header = seal();
        _assertFrequency(timesDrawn(provider(1), DRAWS, header), 1, 4);
    }

    function test_AHundredWhoAreFullOrTooExpensiveBoundTheDraw() public {
        for (uint256 i = 0; i < 100; ++i) {
            serve(provider(i), BOND, i % 2 == 0 ? ASK : MAX_ASK + 1);
            if (i % 2 == 1) continue;
            vm.prank(provider(i));
            staking.setCapacity(0);
        }
        vm.roll(REQUEST_BLOCK);
        bytes memory header = seal();
        uint256 gasBefore = gasleft();
        Candidate[] memory drawn = selection.drawProviders(termsOf(1), 1, header);
        uint256 one = gasBefore - gasleft();
        vm.assertEq(drawn.length, 0);
        gasBefore = gasleft();
        drawn = selection.drawProviders(termsOf(1), 15, header);
        uint256 fifteen = gasBefore - gasleft();
        vm.assertEq(drawn.length, 0);
        // Sixteen tries a seat, so a panel costs as much a seat as one draw does.
        vm.assertTrue(fifteen < 15 * one, "bounded by the tries");
        vm.assertTrue(one < 2_000_000, "a draw that finds nobody fits into a block");
    }

    /// @dev Eight times as many providers add three levels to the tree, whatever their number is.
    function test_ADrawsGasGrowsAsTheLogarithmOfItsProviders() public {
        uint256[3] memory counts = [uint256(8), 64, 512];
        uint256[3] memory gasUsed;
        uint256 listed = 0;
        for (uint256 i = 0; i < 3; ++i) {
            for (; listed < counts[i]; ++listed) serve(provider(listed), BOND, ASK);
            gasUsed[i] = _gasOfDraws();
        }
        uint256 firstStep = gasUsed[1] - gasUsed[0];
        uint256 secondStep = gasUsed[2] - gasUsed[1];
        vm.assertTrue(secondStep * 10 < firstStep * 15, "eight times as many add a like amount");
        vm.assertTrue(gasUsed[2] < 3 * gasUsed[0], "sixty-four times as many do not treble it");
    }

    function _gasOfDraws() private returns (uint256 gasUsed) {
        vm.roll(REQUEST_BLOCK);
        bytes memory header = seal();
        gasUsed = gasleft();
        for (uint256 jobId = 1; jobId <= 64; ++jobId) drawnFor(jobId, header);
        gasUsed -= gasleft();
        vm.roll(500);
    }

    /// @dev Within five standard deviations of a binomial count.
    function _assertFrequency(uint256 times, uint256 part, uint256 whole) private pure {
        uint256 expected = (DRAWS * part) / whole;
        uint256 distance = times > expected ? times - expected : expected - times;
        vm.assertTrue(distance ** 2 * whole ** 2 < 25 * DRAWS * part * (whole - part), "frequency");
    }
}
