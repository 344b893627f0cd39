// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderStaking, ProviderPool} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

contract ProviderStakingUnstakeTest is ProviderStakingFixture {
    function test_RefusesToUnstakeNothing() public {
        vm.expectRevert(IProviderStaking.StakeAmountZero.selector);
        unstakeAs(PROVIDER, 0);
    }

    function test_RefusesToUnstakeMoreThanThePositionIsWorth() public {
        delegateAs(ALICE, 50 ether);
        vm.expectRevert(_positionInsufficient(PROVIDER, STAKE, STAKE + 1));
        unstakeAs(PROVIDER, STAKE + 1);
        vm.expectRevert(_positionInsufficient(ALICE, 50 ether, 50 ether + 1));
        unstakeAs(ALICE, 50 ether + 1);
        vm.expectRevert(_positionInsufficient(BOB, 0, 1));
        unstakeAs(BOB, 1);
    }

    function test_UnstakedMoneyWaitsForTheWholeDelay() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingUnbonding.selector, PROVIDER));
        withdrawAs(PROVIDER);

        unstakeAs(PROVIDER, 400 ether);
        uint256 readyAt = block.timestamp + 7 days;
        vm.assertEq(staking.positionOf(PROVIDER, PROVIDER).unbondingReadyAt, readyAt);
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.UnbondingNotReady.selector, PROVIDER, readyAt));
        withdrawAs(PROVIDER);

        vm.warp(readyAt);
        vm.assertEq(withdrawAs(PROVIDER), 400 ether);
        vm.assertEq(token.balanceOf(PROVIDER), 400 ether);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingUnbonding.selector, PROVIDER));
        withdrawAs(PROVIDER);
    }

    function test_ASecondRequestRestartsTheDelayForAll() public {
        unstakeAs(PROVIDER, 1 ether);
        vm.warp(block.timestamp + 6 days);
        unstakeAs(PROVIDER, 2 ether);
        uint256 readyAt = block.timestamp + 7 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.UnbondingNotReady.selector, PROVIDER, readyAt));
        withdrawAs(PROVIDER);
        vm.warp(readyAt);
        vm.assertEq(withdrawAs(PROVIDER), 3 ether);
    }

    function test_AnothersRequestDoesNotRestartOnesDelay() public {
        delegateAs(ALICE, 50 ether);
        unstakeAs(ALICE, 50 ether);
        vm.warp(block.timestamp + 7 days);
        unstakeAs(PROVIDER, 1 ether);
        vm.assertEq(withdrawAs(ALICE), 50 ether);
    }

    function test_UnbondingStakeCarriesNoNewBond() public {
        unstakeAs(PROVIDER, STAKE - BOND + 1);
        vm.assertEq(staking.freeStakeOf(PROVIDER), BOND - 1);
        vm.assertFalse(staking.canLockBond(PROVIDER));
        vm.assertFalse(staking.lockBond(PROVIDER));
    }

    /// @dev The threat: take a job, unstake everything, vanish before the slash.
    function test_UnstakingBeforeASlashDoesNotEscapeIt() public {
        staking.lockBond(PROVIDER);
        unstakeAs(PROVIDER, STAKE);
        vm.assertEq(staking.stakeOf(PROVIDER), 0);
        staking.slashBond(PROVIDER, WRONGED, BOND / 2);
        vm.assertEq(unbondingOf(PROVIDER), STAKE - BOND);
        vm.assertEq(staking.slashProceedsOf(WRONGED), BOND / 2);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(PROVIDER), STAKE - BOND);
    }

    /// @dev The same with patience: the job outlasts the unbonding delay.
    function test_ARunningBondCanNotBeWithdrawn() public {
        staking.lockBond(PROVIDER);
        unstakeAs(PROVIDER, STAKE);
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, STAKE - BOND, STAKE)
        );
        withdrawAs(PROVIDER);
        staking.releaseBondUnpaid(PROVIDER);
        vm.assertEq(withdrawAs(PROVIDER), STAKE);
    }

    /// @dev With what stays behind the bond is still found, so what is ready may go while the job runs.
    function test_WhatNoBondNeedsIsWithdrawnWhileJobsRun() public {
        staking.lockBond(PROVIDER);
        unstakeAs(PROVIDER, STAKE - BOND);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(PROVIDER), STAKE - BOND);
        staking.slashBond(PROVIDER, WRONGED, BOND);
        vm.assertEq(staking.slashProceedsOf(WRONGED), BOND);
        vm.assertEq(staking.stakeOf(PROVIDER), 0);
    }

    /// @dev The threat: a provider that is always busy, with jobs of its own if need be, to keep its delegators' stake.
    function test_ABusyProviderCanNotKeepItsDelegators() public {
        delegateAs(ALICE, STAKE);
        while (staking.lockBond(PROVIDER)) {}
        vm.assertEq(staking.freeStakeOf(PROVIDER), 0);
        unstakeAllAs(ALICE);

        // Jobs end and others would follow: none can, since the delegator's stake carries no new bond.
        for (uint256 i = 0; i < 10; ++i) {
            staking.releaseBondUnpaid(PROVIDER);
            vm.assertFalse(staking.lockBond(PROVIDER));
        }
        staking.releaseBondUnpaid(PROVIDER);
        vm.assertTrue(staking.lockBond(PROVIDER));
        vm.assertFalse(staking.lockBond(PROVIDER));
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(ALICE), STAKE);
    }

    /// @dev Once a new bond could be locked, all that is unbonding can go: locked <= assets then.
    function testFuzz_AfterANewBondEverythingUnbondingCanGo(uint256 seed) public {
        delegateAs(ALICE, STAKE);
        for (uint256 i = 0; i < 12; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            if (draw % 3 == 0 && stakeOf(ALICE) > 0) unstakeAs(ALICE, 1 + ((draw >> 8) % stakeOf(ALICE)));
            if (draw % 3 == 1 && staking.poolOf(PROVIDER).activeJobs > 0) staking.releaseBondUnpaid(PROVIDER);
            if (draw % 3 != 2 || !staking.lockBond(PROVIDER)) continue;
            ProviderPool memory pool = staking.poolOf(PROVIDER);
            vm.assertTrue(pool.locked <= pool.assets, "a new bond stands on unbonding stake");
        }
    }

    function test_AProviderThatKeepsNoBondOfItsOwnTakesNoMoreJobs() public {
        delegateAs(ALICE, BOND);
        unstakeAs(PROVIDER, STAKE - BOND);
        vm.assertTrue(staking.canLockBond(PROVIDER));
        vm.expectEmit(address(staking));
        emit IProviderStaking.CapacitySet(PROVIDER, 0);
        unstakeAs(PROVIDER, 1);
        vm.assertFalse(staking.canLockBond(PROVIDER));
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.ProviderHasNoStake.selector, PROVIDER));
        vm.prank(PROVIDER);
        staking.setCapacity(1);

        stakeAs(PROVIDER, 1);
        vm.prank(PROVIDER);
        staking.setCapacity(1);
        vm.assertTrue(staking.lockBond(PROVIDER));
    }

    function test_AProviderWithoutDelegatorsKeepsItsCapacity() public {
        unstakeAs(PROVIDER, STAKE);
        vm.assertEq(staking.poolOf(PROVIDER).capacity, CAPACITY);
        stakeAs(PROVIDER, BOND);
        vm.assertTrue(staking.lockBond(PROVIDER));
    }

    function testFuzz_WhatIsStakedComesBackWhole(uint96 own, uint96 delegated) public {
        uint256 more = uint256(own) % 1_000_000 ether;
        uint256 part = 1 + (uint256(delegated) % (STAKE + more));
        if (more > 0) stakeAs(PROVIDER, more);
        delegateAs(ALICE, part);
        vm.assertEq(unstakeAllAs(ALICE), part);
        vm.assertFalse(staking.poolOf(PROVIDER).hasDelegators);
        vm.assertEq(unstakeAllAs(PROVIDER), STAKE + more);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(ALICE), part);
        vm.assertEq(withdrawAs(PROVIDER), STAKE + more);
        vm.assertEq(token.balanceOf(address(staking)), 0);
    }

    function _positionInsufficient(
        address account,
        uint256 available,
        uint256 needed
    ) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IProviderStaking.PositionInsufficient.selector,
                PROVIDER,
                account,
                available,
                needed
            );
    }
}
