// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderStaking, ProviderPool} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

contract ProviderStakingDelegateTest is ProviderStakingFixture {
    function test_RefusesToDelegateNothing() public {
        vm.expectRevert(IProviderStaking.StakeAmountZero.selector);
        staking.delegate(PROVIDER, 0);
    }

    function test_RefusesADelegationToAProviderWithoutABondOfItsOwn() public {
        bytes memory refusal = abi.encodeWithSelector(IProviderStaking.ProviderHasNoStake.selector, BOB);
        vm.expectRevert(refusal);
        staking.delegate(BOB, 1);
        stakeAs(BOB, BOND - 1);
        vm.expectRevert(refusal);
        staking.delegate(BOB, 1);
        stakeAs(BOB, 1);
        token.approve(address(staking), 1);
        staking.delegate(BOB, 1);
        vm.assertEq(staking.positionOf(BOB, address(this)).stake, 1);
    }

    /// @dev What others delegated is not the provider's own.
    function test_RefusesADelegationOnTheStrengthOfOthersDelegations() public {
        delegateAs(ALICE, STAKE);
        unstakeAs(PROVIDER, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.ProviderHasNoStake.selector, PROVIDER));
        vm.prank(BOB);
        staking.delegate(PROVIDER, 1);
    }

    function test_DelegatedStakeCarriesBondsAndWeight() public {
        delegateAs(ALICE, STAKE);
        vm.assertEq(staking.stakeOf(PROVIDER), 2 * STAKE);
        for (uint256 i = 0; i < 20; ++i) vm.assertTrue(staking.lockBond(PROVIDER));
        vm.assertFalse(staking.lockBond(PROVIDER));
        ProviderPool memory pool = staking.poolOf(PROVIDER);
        vm.assertEq(pool.locked, 2 * STAKE);
        vm.assertTrue(pool.hasDelegators);
        vm.assertEq(pool.delegatedShares * 2, pool.shares);
    }

    function test_PositionsInTwoPoolsAreApart() public {
        stakeAs(BOB, STAKE);
        delegateAs(ALICE, 10 ether);
        vm.assertEq(staking.positionOf(BOB, ALICE).stake, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.PositionInsufficient.selector, BOB, ALICE, 0, 10 ether)
        );
        vm.prank(ALICE);
        staking.requestUnstake(BOB, 10 ether);
    }

    /// @dev The threat: the first staker makes a share so dear that the next one's stake rounds to few or none of them, by
    /// tokens given to the contract and by all the roundings it can provoke.
    function testFuzz_InflatingTheFirstSharesEarnsNothing(
        uint96 first,
        uint96 gift,
        uint96 victim,
        uint8 loops
    ) public {
        address thief = address(0x7417F);
        uint256 own = BOND + 1_000 + (uint256(first) % 1_000 ether);
        stakeAs(thief, own);
        token.transfer(address(staking), uint256(gift) % 1_000_000 ether);
        uint256 taken = _loop(thief, uint256(loops) % 32);
        vm.prank(thief);
        staking.requestUnstake(thief, own - taken - BOND);

        uint256 amount = 1 + (uint256(victim) % BOND);
        token.transfer(ALICE, amount);
        vm.startPrank(ALICE);
        token.approve(address(staking), amount);
        staking.delegate(thief, amount);
        vm.stopPrank();

        vm.assertTrue(staking.positionOf(thief, ALICE).stake + 1 >= amount, "the victim lost more than a unit");
        uint256 held = staking.positionOf(thief, thief).stake + staking.positionOf(thief, thief).unbonding;
        vm.assertTrue(held <= own, "the thief gained");
    }

    /// @dev The threat: gain a unit from each rounding, many times. Prices are made odd by slashes first.
    function testFuzz_RoundingsAreNeverInTheThiefsFavour(uint96 amount, uint96 step, uint8 slashes) public {
        delegateAs(ALICE, 333 ether + 7);
        slash(1 + (uint256(slashes) % 10));
        uint256 put = 1_000 + (uint256(amount) % 100 ether);
        delegateAs(BOB, put);
        uint256 othersBefore = stakeOf(PROVIDER) + stakeOf(ALICE);
        uint256 stepSize = 1 + (uint256(step) % 997);
        for (uint256 i = 0; i < 24; ++i) {
            if (stakeOf(BOB) >= stepSize) unstakeAs(BOB, stepSize);
            delegateAs(BOB, 1 + (i % 5));
            put += 1 + (i % 5);
        }
        vm.assertTrue(stakeOf(BOB) + unbondingOf(BOB) <= put, "the thief gained");
        vm.assertTrue(stakeOf(PROVIDER) + stakeOf(ALICE) >= othersBefore, "the others lost");
        vm.assertTrue(stakeOf(BOB) + unbondingOf(BOB) + 60 >= put, "roundings cost more than units");
    }

    /// @dev What makes roundings safe at any scale: neither pool's price of a share ever falls but by a slash.
    function testFuzz_NobodysMoveLowersThePriceOfAShare(uint256 seed) public {
        stakeAs(PROVIDER, 2 * STAKE);
        delegateAs(ALICE, 333 ether + 7);
        unstakeAs(ALICE, 111 ether + 1);
        slash(1 + (seed % 7));
        for (uint256 i = 0; i < 24; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            address account = (draw >> 8) % 2 == 0 ? ALICE : BOB;
            uint256 amount = 1 + ((draw >> 16) % ((draw >> 9) % 2 == 0 ? 2_000 : 50 ether));
            uint256 worth = stakeOf(account);
            ProviderPool memory was = staking.poolOf(PROVIDER);
            if (draw % 3 == 0) delegateAs(account, amount);
            if (draw % 3 == 1 && worth > 0) unstakeAs(account, amount < worth ? amount : worth);
            if (draw % 3 == 2 && unbondingOf(account) > 0) {
                vm.warp(block.timestamp + 7 days);
                withdrawAs(account);
            }
            ProviderPool memory pool = staking.poolOf(PROVIDER);
            _assertPriceNotBelow(was.assets, was.shares, pool.assets, pool.shares);
            _assertPriceNotBelow(was.unbondingAssets, was.unbondingShares, pool.unbondingAssets, pool.unbondingShares);
        }
    }

    function testFuzz_PositionsAreNeverWorthMoreThanThePool(uint96 a, uint96 b, uint8 slashes, uint96 out) public {
        stakeAs(PROVIDER, 20_000 ether);
        delegateAs(ALICE, 1 + (uint256(a) % 10_000 ether));
        delegateAs(BOB, 1 + (uint256(b) % 10_000 ether));
        if (stakeOf(ALICE) > 0) unstakeAs(ALICE, 1 + (uint256(out) % stakeOf(ALICE)));
        slash(uint256(slashes) % 9);
        ProviderPool memory pool = staking.poolOf(PROVIDER);
        vm.assertTrue(stakeOf(ALICE) + stakeOf(BOB) + stakeOf(PROVIDER) <= pool.assets, "stake");
        vm.assertTrue(stakeOf(ALICE) + stakeOf(BOB) + stakeOf(PROVIDER) + 4 >= pool.assets, "stake lost to roundings");
        vm.assertTrue(unbondingOf(ALICE) <= pool.unbondingAssets, "unbonding");
    }

    /// @dev With the one unit and the 1,000 shares that are nobody's, as in StakeShares.
    function _assertPriceNotBelow(uint256 assets, uint256 shares, uint256 assetsNow, uint256 sharesNow) private pure {
        vm.assertTrue((assetsNow + 1) * (shares + 1_000) >= (assets + 1) * (sharesNow + 1_000), "price of a share");
    }

    function _loop(address thief, uint256 loops) private returns (uint256 taken) {
        for (uint256 i = 0; i < loops; ++i) {
            vm.startPrank(thief);
            staking.requestUnstake(thief, 1 + (i % 3));
            taken += 1 + (i % 3);
            vm.stopPrank();
        }
    }
}
