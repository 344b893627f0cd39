// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {StakePosition} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {OptimisticFixture} from "./OptimisticFixture.sol";

/// @notice A provider with as many delegations as it can have, and a second account that its faults wrong: by each way in
/// which a bond can be lost, the two together gain nothing.
contract DelegatorAttacksTest is OptimisticFixture {
    address private constant DELEGATOR = address(0xDE1E);
    /// @dev A slash rounds what a position is worth.
    uint256 private constant UNITS = 4;

    function test_ATimeoutOnTheAccomplicesRequestGainsNothing() public {
        _delegate(PROVIDER);
        uint256 before = _wealth(PROVIDER, REQUESTER);
        uint256 jobId = requestEther(etherRequest());
        assign(jobId);
        vm.warp(market.jobOf(jobId).deadline + 1);
        market.expireAssignment(jobId);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), BOND / 2);
        _assertNoGain(PROVIDER, REQUESTER, before);
    }

    function test_AWrongVoteOnTheAccomplicesRequestGainsNothing() public {
        for (uint256 i = 0; i < SERVERS; ++i) _delegate(server(i));
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        address liar = seats[4].provider;
        uint256 before = _wealth(liar, REQUESTER);
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG), one(OUTPUT));
        vm.assertEq(staking.slashProceedsOf(REQUESTER), BOND / 2);
        _assertNoGain(liar, REQUESTER, before);
    }

    function test_ChallengingItselfGainsNothing() public {
        _delegate(PROVIDER);
        uint256 before = _wealth(PROVIDER, CHALLENGER);
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        passWindow(jobId);
        optimisticPolicy.expireDefence(jobId);
        assertProceeds(CHALLENGER, BOND + BOND / 2);
        _assertNoGain(PROVIDER, CHALLENGER, before);
    }

    function test_ChallengingItselfBeforeAJuryGainsNothing() public {
        for (uint256 i = 0; i < SERVERS; ++i) _delegate(server(i));
        (uint256 jobId, address liar) = answered(juryRequest(), WRONG);
        uint256 before = _wealth(liar, CHALLENGER);
        challenge(jobId);
        draw(optimisticPolicy, jobId);
        vote(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT), one(OUTPUT));
        _assertNoGain(liar, CHALLENGER, before);
    }

    /// @dev The accomplices are the challenger and every juror: the most that of a bond can come back.
    function test_LosingToItselfBeforeAJuryOfItsOwnGainsNothing() public {
        for (uint256 i = 0; i < SERVERS; ++i) _delegate(server(i));
        (uint256 jobId, address liar) = answered(juryRequest(), WRONG);
        uint256 before = _wealth(liar, CHALLENGER);
        challenge(jobId);
        Seat[] memory jury = draw(optimisticPolicy, jobId);
        vote(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT), one(OUTPUT));
        uint256 earnedByJurors;
        for (uint256 i = 0; i < jury.length; ++i) earnedByJurors += optimisticPolicy.bondProceedsOf(jury[i].provider);
        vm.assertEq(earnedByJurors, (BOND / 4 / 5) * 5);
        vm.assertTrue(_wealth(liar, CHALLENGER) + earnedByJurors <= before + UNITS, "the offence paid");
    }

    /// @dev The window outlasts the unbonding delay: time to take one's own stake out before the challenge.
    function test_TakingTheOwnStakeOutBeforeTheChallengeFails() public {
        _delegate(PROVIDER);
        JobRequest memory request = provableRequest();
        request.windowSeconds = 20 days;
        uint256 before = _wealth(PROVIDER, CHALLENGER);
        (uint256 jobId, ) = answered(request, WRONG);
        vm.prank(PROVIDER);
        staking.requestUnstake(PROVIDER, STAKE);
        vm.warp(block.timestamp + staking.UNBONDING_SECONDS() + 1);
        vm.prank(PROVIDER);
        (bool withdrawn, ) = address(staking).call(abi.encodeCall(staking.withdrawUnstaked, (PROVIDER)));
        vm.assertFalse(withdrawn);
        challenge(jobId);
        passWindow(jobId);
        optimisticPolicy.expireDefence(jobId);
        _assertNoGain(PROVIDER, CHALLENGER, before);
    }

    function _delegate(address provider) private {
        uint256 room = staking.delegationRoomOf(provider);
        token.transfer(DELEGATOR, room);
        vm.startPrank(DELEGATOR);
        token.approve(address(staking), room);
        staking.delegate(provider, room);
        vm.stopPrank();
        vm.assertEq(staking.delegatedOf(provider), staking.positionOf(provider, provider).stake);
    }

    function _assertNoGain(address provider, address accomplice, uint256 before) private view {
        vm.assertTrue(_wealth(provider, accomplice) <= before + UNITS, "the offence paid");
    }

    /// @dev In the stake token, without the delegators'.
    function _wealth(address provider, address accomplice) private view returns (uint256 sum) {
        address[2] memory accounts = [provider, accomplice];
        for (uint256 i = 0; i < 2; ++i) {
            StakePosition memory own = staking.positionOf(accounts[i], accounts[i]);
            sum += token.balanceOf(accounts[i]) + own.stake + own.unbonding;
            sum += staking.slashProceedsOf(accounts[i]) + optimisticPolicy.bondProceedsOf(accounts[i]);
        }
    }
}
