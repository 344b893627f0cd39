// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {ReentrantRecipient} from "../../../contracts/mocks/Callbacks.sol";
import {ReentrantToken} from "../../../contracts/mocks/HostileTokens.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketWithdrawTest is ProtocolFixture {
    function test_RefusesToPayNobodyOrItself() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.RecipientInvalid.selector, address(0)));
        market.withdraw(ETHER, address(0));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.RecipientInvalid.selector, address(market)));
        market.withdraw(address(token), address(market));
    }

    function test_RefusesWhenNothingIsClaimable() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NothingClaimable.selector, address(this), ETHER));
        market.withdraw(ETHER, address(this));
    }

    function test_OpenEscrowIsNobodysToWithdraw() public {
        requestEther();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NothingClaimable.selector, REQUESTER, ETHER));
        vm.prank(REQUESTER);
        market.withdraw(ETHER, REQUESTER);
    }

    function test_PaysTheWholeBalanceOnce() public {
        submit(requestAndAssign());
        vm.startPrank(PROVIDER);
        vm.expectEmit(address(market));
        emit IJobMarket.Withdrawn(PROVIDER, ETHER, 0.875 ether, RIVAL);
        vm.assertEq(market.withdraw(ETHER, RIVAL), 0.875 ether);
        vm.assertEq(RIVAL.balance, 0.875 ether);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NothingClaimable.selector, PROVIDER, ETHER));
        market.withdraw(ETHER, RIVAL);
        vm.stopPrank();
        assertMarketSolvent(ETHER);
    }

    function test_ARecipientThatReentersGetsNothing() public {
        ReentrantRecipient recipient = new ReentrantRecipient(market);
        uint256 jobId = recipient.request{value: FEE}(etherRequest());
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherTransferFailed.selector, address(recipient), FEE));
        recipient.cancelAndWithdraw(jobId);
    }

    function test_ARecipientThatRefusesEtherCanNameAnother() public {
        ReentrantRecipient recipient = new ReentrantRecipient(market);
        recipient.setRefuses(true);
        submit(requestAndAssign());
        vm.startPrank(PROVIDER);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.EtherTransferFailed.selector, address(recipient), 0.875 ether)
        );
        market.withdraw(ETHER, address(recipient));
        vm.assertEq(market.withdraw(ETHER, PROVIDER), 0.875 ether);
        vm.stopPrank();
    }

    function test_ATokenThatReentersWhileItIsPaidOutIsRefusedEntry() public {
        ReentrantToken reentrant = new ReentrantToken();
        reentrant.approve(address(market), FEE);
        uint256 jobId = market.requestJob(tokenRequest(address(reentrant)));
        market.cancelJob(jobId);
        reentrant.callWhileMoving(
            address(market),
            abi.encodeCall(IJobMarket.withdraw, (address(reentrant), address(this)))
        );
        market.withdraw(address(reentrant), address(this));
        vm.assertFalse(reentrant.entered());
        vm.assertEq(reentrant.balanceOf(address(this)), 1_000_000 ether);
        assertMarketSolvent(address(reentrant));
    }

    function test_TokensDoNotMix() public {
        vm.startPrank(REQUESTER);
        token.approve(address(market), FEE);
        uint256 jobId = market.requestJob(tokenRequest(address(token)));
        market.cancelJob(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NothingClaimable.selector, REQUESTER, ETHER));
        market.withdraw(ETHER, REQUESTER);
        vm.assertEq(market.withdraw(address(token), REQUESTER), FEE);
        vm.stopPrank();
        assertMarketSolvent(address(token));
    }

    function test_EtherSentUnaskedIsRefused() public {
        (bool success, ) = address(market).call{value: 1}("");
        vm.assertFalse(success);
    }
}
