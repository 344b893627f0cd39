// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderStaking, ProviderPool, StakePosition} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

contract ProviderStakingSlashTest is ProviderStakingFixture {
    function test_ProceedsAreWithdrawnOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingToWithdraw.selector, TREASURY));
        vm.prank(TREASURY);
        staking.withdrawSlashProceeds();

        slash();
        vm.startPrank(TREASURY);
        vm.assertEq(staking.withdrawSlashProceeds(), BOND / 2);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingToWithdraw.selector, TREASURY));
        staking.withdrawSlashProceeds();
        vm.stopPrank();
        vm.assertEq(token.balanceOf(TREASURY), BOND / 2);
        vm.prank(WRONGED);
        vm.assertEq(staking.withdrawSlashProceeds(), BOND / 2);
    }

    function test_ASlashCutsOneBondAndFreesItsPlace() public {
        slash();
        ProviderPool memory pool = staking.poolOf(PROVIDER);
        vm.assertEq(pool.assets, STAKE - BOND);
        vm.assertEq(pool.locked, 0);
        vm.assertEq(pool.activeJobs, 0);
    }

    function test_DelegatorsShareASlashInProportion() public {
        stakeAs(PROVIDER, 2 * STAKE);
        delegateAs(ALICE, STAKE);
        delegateAs(BOB, 2 * STAKE);
        slash(6);
        assertWithin(stakeOf(PROVIDER), 3 * (STAKE - BOND), 1, "provider");
        assertWithin(stakeOf(ALICE), STAKE - BOND, 1, "alice");
        assertWithin(stakeOf(BOB), 2 * (STAKE - BOND), 1, "bob");
    }

    function test_UnbondingStakeSharesASlashInProportion() public {
        stakeAs(PROVIDER, 2 * STAKE);
        delegateAs(ALICE, STAKE);
        delegateAs(BOB, 2 * STAKE);
        unstakeAllAs(BOB);
        slash(6);
        assertWithin(stakeOf(PROVIDER), 3 * (STAKE - BOND), 4, "provider");
        assertWithin(stakeOf(ALICE), STAKE - BOND, 4, "alice");
        assertWithin(unbondingOf(BOB), 2 * (STAKE - BOND), 4, "bob");
        vm.warp(block.timestamp + 7 days);
        assertWithin(withdrawAs(BOB), 2 * (STAKE - BOND), 4, "paid out");
    }

    /// @dev The threat: a delegator sees the slash coming and leaves first.
    function testFuzz_LeavingBeforeASlashLosesAsMuchAsStaying(uint96 stays, uint96 leaves, uint8 slashes) public {
        uint256 a = BOND + (uint256(stays) % 100_000 ether);
        uint256 b = BOND + (uint256(leaves) % 100_000 ether);
        uint256 times = 1 + (uint256(slashes) % 10);
        stakeAs(PROVIDER, a + b);
        delegateAs(ALICE, a);
        delegateAs(BOB, b);
        for (uint256 i = 0; i < times; ++i) vm.assertTrue(staking.lockBond(PROVIDER));
        unstakeAllAs(BOB);
        for (uint256 i = 0; i < times; ++i) staking.slashBond(PROVIDER, WRONGED, BOND);
        // b' / b = a' / a up to units.
        assertWithin((unbondingOf(BOB) * a) / b, stakeOf(ALICE), 2 * times + (2 * times * a) / b, "unequal");
        vm.assertEq(staking.poolOf(PROVIDER).locked, 0);
    }

    function test_WhoComesAfterASlashLosesNothingToIt() public {
        delegateAs(ALICE, STAKE);
        slash(5);
        stakeAs(PROVIDER, 2 * STAKE);
        delegateAs(BOB, STAKE);
        assertWithin(stakeOf(BOB), STAKE, 1, "the newcomer paid for the past");
        assertWithin(stakeOf(ALICE), STAKE - (5 * BOND) / 2, 1, "the newcomer paid for the others");
    }

    function testFuzz_ASlashLosesNoUnit(uint96 delegated, uint96 out, uint8 slashes, uint96 toWronged) public {
        uint256 times = 1 + (uint256(slashes) % 10);
        uint256 part = 1 + (uint256(delegated) % STAKE);
        delegateAs(ALICE, part);
        unstakeAs(ALICE, 1 + (uint256(out) % part));
        uint256 held = token.balanceOf(address(staking));
        uint256 done = 0;
        for (; done < times && staking.lockBond(PROVIDER); ++done) {
            staking.slashBond(PROVIDER, WRONGED, uint256(toWronged) % (BOND + 1));
        }
        ProviderPool memory pool = staking.poolOf(PROVIDER);
        uint256 proceeds = staking.slashProceedsOf(WRONGED) + staking.slashProceedsOf(TREASURY);
        vm.assertEq(uint256(pool.assets) + pool.unbondingAssets + proceeds, held);
        bool wiped = pool.shares == 0;
        vm.assertTrue(proceeds == done * BOND || (wiped && proceeds < done * BOND + BOND / 100), "proceeds");
    }

    /// @dev Everything lost: the shares are void, nobody has anything, and whoever stakes next owns what it staked.
    function test_APoolSlashedToNothingStartsAnew() public {
        delegateAs(ALICE, STAKE);
        unstakeAs(ALICE, STAKE / 2);
        wipe();

        ProviderPool memory pool = staking.poolOf(PROVIDER);
        vm.assertEq(pool.assets, 0);
        vm.assertEq(pool.unbondingAssets, 0);
        vm.assertEq(pool.shares, 0);
        vm.assertFalse(pool.hasDelegators);
        StakePosition memory position = staking.positionOf(PROVIDER, ALICE);
        vm.assertEq(position.shares + position.unbondingShares + position.stake + position.unbonding, 0);

        stakeAs(PROVIDER, STAKE);
        vm.assertEq(stakeOf(PROVIDER), STAKE);
        vm.assertEq(stakeOf(ALICE), 0);
        delegateAs(ALICE, 5 ether);
        vm.assertEq(stakeOf(ALICE), 5 ether);
        vm.assertEq(unbondingOf(ALICE), 0);
        vm.assertEq(unstakeAllAs(ALICE), 5 ether);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(ALICE), 5 ether);
    }

    function test_VoidSharesCanNotBeUnstakedOrWithdrawn() public {
        delegateAs(ALICE, STAKE);
        unstakeAs(ALICE, STAKE / 2);
        wipe();
        stakeAs(PROVIDER, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.PositionInsufficient.selector, PROVIDER, ALICE, 0, 1));
        unstakeAs(ALICE, 1);
        vm.warp(block.timestamp + 7 days);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingUnbonding.selector, ALICE));
        withdrawAs(ALICE);
    }

    /// @dev The threat: one unit left in a pool that lost all else, so that its shares are worth nothing and a new staker's
    /// would be too many to count.
    function testFuzz_DustThatASlashLeavesDoesNotBrickThePool(uint96 dust) public {
        uint256 left = 1 + (uint256(dust) % (BOND / 100 - 1));
        delegateAs(ALICE, left);
        slash(9);
        uint256 treasuryBefore = staking.slashProceedsOf(TREASURY);
        vm.assertTrue(staking.lockBond(PROVIDER));
        vm.expectEmit(address(staking));
        emit IProviderStaking.PoolWiped(PROVIDER, left);
        staking.slashBond(PROVIDER, WRONGED, BOND);
        vm.assertEq(staking.slashProceedsOf(TREASURY), treasuryBefore + left);
        stakeAs(PROVIDER, 1_000_000 ether);
        vm.assertEq(stakeOf(PROVIDER), 1_000_000 ether);
    }

    function test_AHundredthOfABondIsNotWiped() public {
        delegateAs(ALICE, BOND / 100);
        slash(10);
        vm.assertEq(staking.stakeOf(PROVIDER), BOND / 100);
        assertWithin(stakeOf(PROVIDER) + stakeOf(ALICE), BOND / 100, 2, "what was left is still theirs");
    }

    /// @dev A wipe takes from nobody who had not just lost 99 %: others' stake keeps a pool from being wiped.
    function test_ASmallPositionIsNotWipedWhileOthersHold() public {
        delegateAs(ALICE, 1);
        delegateAs(BOB, STAKE - 1);
        unstakeAllAs(BOB);
        slash(18);
        vm.assertTrue(unbondingOf(BOB) > 0);
        vm.assertTrue(staking.stakeOf(PROVIDER) > 0);
    }

    /// @dev The worst that does not wipe, again and again: each slash leaves little more than a hundredth.
    function test_SevenNearWipesLeaveAThousandTokensRoom() public {
        for (uint256 i = 0; i < 6; ++i) {
            uint256 rest = staking.stakeOf(PROVIDER) % BOND;
            slash((staking.stakeOf(PROVIDER) - rest) / BOND - (rest < BOND / 99 ? 1 : 0));
            uint256 top = BOND + BOND / 99 - staking.stakeOf(PROVIDER);
            if (staking.stakeOf(PROVIDER) < BOND + BOND / 99) stakeAs(PROVIDER, top);
            slash();
            vm.assertTrue(staking.stakeOf(PROVIDER) > 0);
        }
        stakeAs(PROVIDER, STAKE);
        assertWithin(stakeOf(PROVIDER), STAKE + BOND / 99, 10, "stake");
        delegateAs(ALICE, STAKE);
        assertWithin(stakeOf(ALICE), STAKE, 1, "delegation");
    }

    function testFuzz_SlashedNeverExceedsStaked(uint256 seed) public {
        uint256 staked = STAKE;
        for (uint256 i = 0; i < 40; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            if (draw % 4 == 0) {
                uint256 amount = 1 + ((draw >> 8) % (2 * BOND));
                stakeAs(PROVIDER, amount);
                staked += amount;
            }
            if (draw % 4 != 0 && staking.lockBond(PROVIDER)) staking.slashBond(PROVIDER, WRONGED, (draw >> 8) % BOND);
        }
        uint256 slashed = staking.slashProceedsOf(WRONGED) + staking.slashProceedsOf(TREASURY);
        vm.assertTrue(slashed <= staked);
        vm.assertEq(staking.stakeOf(PROVIDER) + slashed, staked);
    }

    /// @dev Slashes until nothing is left; unbonding stake shields no bond, so new ones may need new stake.
    function wipe() private {
        while (staking.poolOf(PROVIDER).shares > 0) {
            uint256 assets = staking.stakeOf(PROVIDER);
            if (assets < BOND) stakeAs(PROVIDER, BOND - assets);
            slash();
        }
    }
}
