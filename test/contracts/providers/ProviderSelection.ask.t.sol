// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Candidate, DrawTerms, IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderSelectionFixture} from "./ProviderSelectionFixture.sol";

contract ProviderSelectionAskTest is ProviderSelectionFixture {
    uint256 private constant WAIT = 64;

    function test_RefusesAnAskThatNoFeeCanPay() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.AskTooHigh.selector, uint256(type(uint96).max)));
        askFor(provider(0), true, type(uint96).max);
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.AskTooHigh.selector, type(uint256).max));
        askFor(provider(0), true, type(uint256).max);
        askFor(provider(0), true, type(uint96).max - 1);
    }

    function test_RefusesASecondChangeWithinTheWait() public {
        uint256 start = block.number;
        askFor(provider(0), true, ASK);
        bytes memory refused = abi.encodeWithSelector(IProviderSelection.AskChangedRecently.selector, start + WAIT);
        vm.expectRevert(refused);
        askFor(provider(0), true, 2 * ASK);
        vm.roll(start + WAIT - 1);
        vm.expectRevert(refused);
        askFor(provider(0), false, 0);
        vm.roll(start + WAIT);
        askFor(provider(0), true, 2 * ASK);
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.AskChangedRecently.selector, start + 2 * WAIT));
        askFor(provider(0), true, ASK);
    }

    function test_RefusesANinthTokenThatDelegatorsCouldNotShareIn() public {
        vm.startPrank(provider(0));
        for (uint160 i = 1; i <= 8; ++i) selection.setAsk(modelId, 1, address(i), true, ASK);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.TooManyEarningTokens.selector, provider(0), uint256(8))
        );
        selection.setAsk(modelId, 1, address(9), true, ASK);
        // To refuse a token needs no place, and a token that has one needs no second.
        selection.setAsk(modelId, 1, address(9), false, 0);
        selection.setAsk(modelId, 2, address(8), true, ASK);
        vm.stopPrank();
        vm.assertEq(staking.earningTokensOf(provider(0)).length, 8);
    }

    function test_TokensAndVersionsHaveTheirOwnAsks() public {
        serve(provider(0), BOND, ASK);
        vm.prank(provider(0));
        selection.setAsk(modelId, 1, address(token), true, 3 * ASK);
        (bool accepted, uint256 ask) = selection.askOf(provider(0), modelId, 1, ETHER);
        vm.assertTrue(accepted);
        vm.assertEq(ask, ASK);
        (accepted, ask) = selection.askOf(provider(0), modelId, 1, address(token));
        vm.assertTrue(accepted);
        vm.assertEq(ask, 3 * ASK);
        (accepted, ask) = selection.askOf(provider(0), modelId, 2, ETHER);
        vm.assertFalse(accepted);
        (accepted, ask) = selection.askOf(provider(1), modelId, 1, ETHER);
        vm.assertFalse(accepted);
        vm.assertEq(ask, 0);
    }

    function test_WhoIsNotListedServesNothingWhateverItAsks() public {
        askFor(provider(0), true, ASK);
        (bool accepted, ) = selection.askOf(provider(0), modelId, 1, ETHER);
        vm.assertFalse(accepted);
        stakeFor(provider(0), BOND);
        listFor(provider(0), true);
        (accepted, ) = selection.askOf(provider(0), modelId, 1, ETHER);
        vm.assertTrue(accepted);
        unlistFor(provider(0));
        (accepted, ) = selection.askOf(provider(0), modelId, 1, ETHER);
        vm.assertFalse(accepted);
    }

    function test_AnAskOfNothingIsAnAsk() public {
        serve(provider(0), BOND, 0);
        (bool accepted, uint256 ask) = selection.askOf(provider(0), modelId, 1, ETHER);
        vm.assertTrue(accepted);
        vm.assertEq(ask, 0);
        vm.roll(REQUEST_BLOCK);
        vm.assertEq(drawnFor(1, seal()), provider(0));
    }

    function test_ATokenThatIsNotTakenHasNoPrice() public {
        vm.expectEmit(address(selection));
        emit IProviderSelection.AskSet(provider(0), modelId, 1, ETHER, false, 0);
        askFor(provider(0), false, type(uint256).max);
        stakeFor(provider(0), BOND);
        listFor(provider(0), true);
        (bool accepted, uint256 ask) = selection.askOf(provider(0), modelId, 1, ETHER);
        vm.assertFalse(accepted);
        vm.assertEq(ask, 0);
    }

    // What the asks of a draw are

    function test_AnAskCutAfterTheRequestDoesNotBringItsProviderIntoTheDraw() public {
        serve(provider(0), BOND, ASK);
        serve(provider(1), 3 * BOND, MAX_ASK + 1);
        vm.roll(REQUEST_BLOCK + 1);
        askFor(provider(1), true, 1);
        bytes memory header = seal();
        vm.assertEq(timesDrawn(provider(1), 40, header), 0);
        // A job in a hundred falls on the other one sixteen times, and finds nobody.
        vm.assertTrue(timesDrawn(provider(0), 40, header) >= 38, "the other one is drawn");
    }

    function test_ATokenAcceptedAfterTheRequestDoesNotCountForIt() public {
        stakeFor(provider(0), BOND);
        listFor(provider(0), true);
        vm.roll(REQUEST_BLOCK + 1);
        askFor(provider(0), true, ASK);
        vm.assertEq(timesDrawn(provider(0), 10, seal()), 0);
    }

    function test_AnAskRaisedAfterTheRequestIsPaidAsItWas() public {
        serve(provider(0), BOND, ASK);
        vm.roll(REQUEST_BLOCK + 1);
        askFor(provider(0), true, MAX_ASK);
        bytes memory header = seal();
        Candidate memory drawn = drawnFor(termsOf(1), header);
        vm.assertEq(drawn.provider, provider(0));
        vm.assertEq(drawn.ask, ASK);
        DrawTerms memory terms = termsOf(1);
        terms.maxAsk = ASK - 1;
        vm.assertEq(drawnFor(terms, header).provider, address(0));
    }

    function test_AnAskOfTheRequestsOwnBlockCounts() public {
        stakeFor(provider(0), BOND);
        listFor(provider(0), true);
        vm.roll(REQUEST_BLOCK);
        askFor(provider(0), true, MAX_ASK);
        vm.assertEq(drawnFor(termsOf(1), seal()).ask, MAX_ASK);
    }

    /// @dev Two changes push the ask of the request out of the history: what lies between them must not count instead.
    function test_WhoChangesItsAskTwiceAfterTheRequestIsNotDrawnForIt() public {
        serve(provider(0), BOND, MAX_ASK + 1);
        vm.roll(REQUEST_BLOCK + 1);
        askFor(provider(0), true, ASK);
        bytes memory header = seal();
        vm.assertEq(timesDrawn(provider(0), 10, header), 0);
        vm.roll(REQUEST_BLOCK + 1 + WAIT);
        askFor(provider(0), true, 2 * ASK);
        vm.assertEq(timesDrawn(provider(0), 10, header), 0);
    }
}
