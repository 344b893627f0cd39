// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

/// @notice A provider that is the wronged party of its own faults, by a second account: half of each slashed bond comes back
/// to it, so at least half of what is slashed must have been its own. Through market and policies: DelegatorAttacks.t.sol.
contract ProviderStakingCollusionTest is ProviderStakingFixture {
    address private constant ACCOMPLICE = WRONGED;

    function test_RefusesADelegationAboveTheProvidersOwnStake() public {
        _expectDelegationRefused(STAKE + 1, STAKE);
        delegateAs(ALICE, STAKE - 5);
        vm.assertEq(staking.delegationRoomOf(PROVIDER), 5);
        _expectDelegationRefused(6, 5);
        delegateAs(BOB, 5);
        _expectDelegationRefused(1, 0);
        vm.assertEq(staking.delegatedOf(PROVIDER), STAKE);
        stakeAs(PROVIDER, 1);
        delegateAs(BOB, 1);
    }

    function test_RefusesADelegationOnTheStrengthOfUnbondingStake() public {
        unstakeAs(PROVIDER, STAKE - BOND);
        _expectDelegationRefused(BOND + 1, BOND);
        delegateAs(ALICE, BOND);
    }

    /// @dev The threat: who unbonds is slashed as well, so others that came in its place would make it too many.
    function test_RefusesADelegationInThePlaceOfUnbondingStake() public {
        delegateAs(ALICE, STAKE);
        unstakeAllAs(ALICE);
        _expectDelegationRefused(1, 0);
        vm.warp(block.timestamp + 7 days);
        withdrawAs(ALICE);
        delegateAs(BOB, STAKE);
    }

    function test_OnesOwnDelegationNeedsNoRoom() public {
        delegateAs(ALICE, STAKE);
        delegateAs(PROVIDER, 1);
        vm.assertEq(staking.delegationRoomOf(PROVIDER), 1);
    }

    function test_AProviderThatKeepsLessThanItsDelegatorsTakesNoMoreJobs() public {
        delegateAs(ALICE, STAKE / 2);
        unstakeAs(PROVIDER, STAKE / 2);
        vm.assertTrue(staking.canLockBond(PROVIDER));
        vm.expectEmit(address(staking));
        emit IProviderStaking.CapacitySet(PROVIDER, 0);
        unstakeAs(PROVIDER, 1);
        vm.assertFalse(staking.canLockBond(PROVIDER));

        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.OwnStakeBelowDelegated.selector, PROVIDER, STAKE / 2 - 1, STAKE / 2)
        );
        vm.prank(PROVIDER);
        staking.setCapacity(1);
        vm.prank(PROVIDER);
        staking.setCapacity(0);

        stakeAs(PROVIDER, 1);
        vm.prank(PROVIDER);
        staking.setCapacity(1);
        vm.assertTrue(staking.canLockBond(PROVIDER));
    }

    /// @dev The threat: delegators that asked for their stake but have not fetched it yet are slashed as well.
    function test_StakeThatIsNotFetchedYetIsCoveredToo() public {
        delegateAs(ALICE, STAKE);
        unstakeAllAs(ALICE);
        vm.assertFalse(staking.poolOf(PROVIDER).hasDelegators);
        unstakeAs(PROVIDER, 1);
        vm.assertFalse(staking.canLockBond(PROVIDER));
        vm.warp(block.timestamp + 7 days);
        withdrawAs(ALICE);
        vm.prank(PROVIDER);
        staking.setCapacity(1);
        vm.assertTrue(staking.canLockBond(PROVIDER));
    }

    /// @dev The threat: lock bonds in jobs that last longer than the unbonding delay, take the own stake out, then fail.
    function test_AProviderCanNotTakeItsStakeOutUnderRunningJobs() public {
        delegateAs(ALICE, STAKE);
        for (uint256 i = 0; i < 10; ++i) vm.assertTrue(staking.lockBond(PROVIDER));
        unstakeAs(PROVIDER, STAKE);
        vm.warp(block.timestamp + 7 days);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, 0, STAKE));
        withdrawAs(PROVIDER);

        uint256 before = _held();
        for (uint256 i = 0; i < 10; ++i) staking.slashBond(PROVIDER, ACCOMPLICE, BOND / 2);
        vm.assertTrue(_held() <= before + 1, "the provider gained");
        assertWithin(stakeOf(ALICE), STAKE / 2, 1, "half of the bonds were the delegator's");
        assertWithin(withdrawAs(PROVIDER), STAKE / 2, 1, "when the jobs have ended it may go");
    }

    /// @dev The same with the half that delegators do not need: it goes while jobs run.
    function test_AProviderTakesOutWhatCoversNobodyWhileJobsRun() public {
        delegateAs(ALICE, STAKE / 4);
        staking.lockBond(PROVIDER);
        unstakeAs(PROVIDER, STAKE / 2);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(PROVIDER), STAKE / 2);
    }

    function test_AnAbandonedDelegatorLeavesWhileJobsRun() public {
        delegateAs(ALICE, STAKE);
        staking.lockBond(PROVIDER);
        unstakeAs(PROVIDER, STAKE);
        unstakeAllAs(ALICE);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(ALICE), STAKE);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, STAKE - BOND, STAKE)
        );
        withdrawAs(PROVIDER);
    }

    /// @dev Whatever the amounts, who leaves before, and whether the provider does: each offence costs the two together. Where
    /// others have as much as the provider, no more than they gain; less by what it has more.
    function testFuzz_EveryOffenceCostsProviderAndAccompliceTogether(
        uint96 own,
        uint96 delegated,
        uint96 out,
        uint8 offences
    ) public {
        stakeAs(PROVIDER, 1 + (uint256(own) % 1_000_000 ether));
        delegateAs(ALICE, 1 + (uint256(delegated) % stakeOf(PROVIDER)));
        uint256 bonds = 1 + (uint256(offences) % 20);
        for (uint256 i = 0; i < bonds; ++i) if (!staking.lockBond(PROVIDER)) bonds = i;
        if (out % 2 == 0) unstakeAs(ALICE, 1 + (uint256(out) % stakeOf(ALICE)));
        if (out % 3 == 0) unstakeAs(PROVIDER, 1 + (uint256(out) % stakeOf(PROVIDER)));

        for (uint256 i = 0; i < bonds; ++i) {
            uint256 before = _held();
            (uint256 mine, uint256 others) = (_ownWorth(), staking.delegatedOf(PROVIDER));
            staking.slashBond(PROVIDER, ACCOMPLICE, BOND / 2);
            // It lost mine / (mine + others) of the bond, and half of it came back.
            uint256 cost = mine > others ? (BOND * (mine - others)) / (2 * (mine + others)) : 0;
            vm.assertTrue(_held() + cost <= before + 4, "the offence paid");
            if (mine > others + others / 1_000_000) vm.assertTrue(_held() < before, "the offence was free");
        }
    }

    function _expectDelegationRefused(uint256 amount, uint256 room) private {
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.DelegationAboveOwnStake.selector, PROVIDER, room));
        vm.prank(BOB);
        staking.delegate(PROVIDER, amount);
    }

    function _ownWorth() private view returns (uint256) {
        return stakeOf(PROVIDER) + unbondingOf(PROVIDER);
    }

    function _held() private view returns (uint256) {
        return _ownWorth() + staking.slashProceedsOf(ACCOMPLICE);
    }
}
