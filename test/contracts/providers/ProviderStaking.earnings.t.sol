// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {ProviderStaking} from "../../../contracts/providers/ProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

contract ProviderStakingEarningsTest is ProviderStakingFixture {
    function setUp() public override {
        super.setUp();
        setCommission(0);
    }

    function test_RefusesToClaimWhereNothingWasEarned() public {
        delegateAs(ALICE, STAKE);
        vm.expectRevert(_noEarnings(ALICE, ETHER));
        vm.prank(ALICE);
        staking.claimEarnings(PROVIDER, ETHER);
        payJob(ETHER, 1 ether);
        vm.expectRevert(_noEarnings(ALICE, address(token)));
        vm.prank(ALICE);
        staking.claimEarnings(PROVIDER, address(token));
    }

    function test_RefusesToClaimAnothersEarnings() public {
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 1 ether);
        address[2] memory thieves = [BOB, PROVIDER];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(_noEarnings(thieves[i], ETHER));
            vm.prank(thieves[i]);
            staking.claimEarnings(PROVIDER, ETHER);
        }
        assertUnitsDown(claimAs(ALICE, ETHER), 0.5 ether, "claimed");
    }

    function test_RefusesToClaimTwice() public {
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 1 ether);
        claimAs(ALICE, ETHER);
        vm.expectRevert(_noEarnings(ALICE, ETHER));
        vm.prank(ALICE);
        staking.claimEarnings(PROVIDER, ETHER);
    }

    function test_RefusesANinthToken() public {
        for (uint160 i = 1; i < 8; ++i) staking.registerEarningToken(PROVIDER, address(i));
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.TooManyEarningTokens.selector, PROVIDER, 8));
        staking.registerEarningToken(PROVIDER, address(8));
        staking.registerEarningToken(PROVIDER, address(7));
        vm.assertEq(staking.earningTokensOf(PROVIDER).length, 8);
        staking.registerEarningToken(BOB, address(8));
    }

    /// @dev It would be credited to shares that no delegation settles: more could be claimed than was shared.
    function test_ATokenThatWasNeverAcceptedIsNotShared() public {
        delegateAs(ALICE, STAKE);
        vm.assertEq(payJob(address(token), 1 ether), 0);
        vm.assertEq(balanceOf[PROVIDER][address(token)], 1 ether);
    }

    function test_AProviderAloneKeepsAll() public {
        vm.assertEq(payJob(ETHER, 1 ether), 0);
        vm.assertEq(balanceOf[PROVIDER][ETHER], 1 ether);
    }

    function test_DelegatorsGetTheirPartLessTheCommission() public {
        setCommission(0);
        stakeAs(PROVIDER, 2 * STAKE);
        delegateAs(ALICE, STAKE);
        delegateAs(BOB, 2 * STAKE);
        vm.prank(PROVIDER);
        staking.setCommission(1_000);
        vm.warp(block.timestamp + 7 days);
        staking.lockBond(PROVIDER);
        vm.expectEmit(address(staking));
        emit IProviderStaking.BondReleased(PROVIDER, BOND);
        vm.expectEmit(address(staking));
        emit IProviderStaking.EarningsShared(PROVIDER, ETHER, 2.7 ether);
        vm.assertEq(staking.releaseBond(PROVIDER, ETHER, 6 ether), 2.7 ether);
        balanceOf[address(staking)][ETHER] += 2.7 ether;
        assertUnitsDown(claimAs(ALICE, ETHER), 0.9 ether, "claimed");
        assertUnitsDown(claimAs(BOB, ETHER), 1.8 ether, "claimed");
        vm.assertTrue(balanceOf[address(staking)][ETHER] <= 2, "dust");
    }

    function test_WhatIsEarnedWithoutABondIsSharedToo() public {
        delegateAs(ALICE, STAKE);
        uint256 delegatorsAmount = staking.shareEarnings(PROVIDER, ETHER, 1 ether);
        vm.assertEq(delegatorsAmount, 0.5 ether);
        assertUnitsDown(staking.claimableEarningsOf(PROVIDER, ALICE, ETHER), 0.5 ether, "claimable");
    }

    function test_TokensAreApart() public {
        staking.registerEarningToken(PROVIDER, address(token));
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 2 ether);
        payJob(address(token), 6 ether);
        assertUnitsDown(claimAs(ALICE, address(token)), 3 ether, "claimed");
        assertUnitsDown(claimAs(ALICE, ETHER), 1 ether, "claimed");
    }

    /// @dev The threat: delegate after a job is paid, and claim a part of it.
    function test_ALatecomerEarnsNothingOfThePast() public {
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 1 ether);
        stakeAs(PROVIDER, 200 * STAKE);
        delegateAs(BOB, 100 * STAKE);
        vm.assertEq(staking.claimableEarningsOf(PROVIDER, BOB, ETHER), 0);
        delegateAs(ALICE, 100 * STAKE);
        assertUnitsDown(staking.claimableEarningsOf(PROVIDER, ALICE, ETHER), 0.5 ether, "claimable");
        assertUnitsDown(claimAs(ALICE, ETHER), 0.5 ether, "claimed");
    }

    function test_UnbondingStakeEarnsNothingMore() public {
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 1 ether);
        unstakeAllAs(ALICE);
        vm.assertEq(payJob(ETHER, 1 ether), 0);
        assertUnitsDown(claimAs(ALICE, ETHER), 0.5 ether, "claimed");
    }

    function test_AProvidersOwnStakeEarnsForTheProvider() public {
        delegateAs(ALICE, STAKE);
        stakeAs(PROVIDER, 2 * STAKE);
        vm.assertEq(payJob(ETHER, 4 ether), 1 ether);
        unstakeAs(PROVIDER, 2 * STAKE);
        vm.assertEq(payJob(ETHER, 4 ether), 2 ether);
        vm.assertEq(staking.claimableEarningsOf(PROVIDER, PROVIDER, ETHER), 0);
    }

    function test_ASlashLeavesWhatWasEarned() public {
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 1 ether);
        slash(10);
        assertUnitsDown(claimAs(ALICE, ETHER), 0.5 ether, "claimed");
        vm.assertEq(payJob(ETHER, 1 ether), 0.5 ether);
        assertUnitsDown(claimAs(ALICE, ETHER), 0.5 ether, "claimed");
    }

    /// @dev Earned before the wipe, claimed long after, when the pool has other shares that earn.
    function test_VoidSharesKeepWhatTheyEarnedAndEarnNothingMore() public {
        staking.registerEarningToken(PROVIDER, address(token));
        delegateAs(ALICE, STAKE);
        payJob(ETHER, 1 ether);
        payJob(address(token), 3 ether);
        slash(20);
        vm.assertEq(staking.poolOf(PROVIDER).shares, 0);

        stakeAs(PROVIDER, STAKE);
        delegateAs(BOB, STAKE);
        payJob(ETHER, 1 ether);
        assertUnitsDown(staking.claimableEarningsOf(PROVIDER, ALICE, ETHER), 0.5 ether, "claimable");
        assertUnitsDown(claimAs(ALICE, ETHER), 0.5 ether, "claimed");
        payJob(ETHER, 1 ether);
        vm.assertEq(staking.claimableEarningsOf(PROVIDER, ALICE, ETHER), 0);

        stakeAs(PROVIDER, STAKE);
        delegateAs(ALICE, STAKE);
        vm.assertEq(staking.claimableEarningsOf(PROVIDER, ALICE, ETHER), 0);
        vm.assertEq(payJob(ETHER, 4 ether), 2 ether);
        assertUnitsDown(claimAs(ALICE, ETHER), 1 ether, "after the wipe");
        assertUnitsDown(claimAs(ALICE, address(token)), 1.5 ether, "claimed");
        assertUnitsDown(claimAs(BOB, ETHER), 2 ether, "the other");
    }

    /// @dev A token that came after a wipe must not pay the shares that the wipe voided.
    function test_VoidSharesEarnNothingInATokenThatCameLater() public {
        delegateAs(ALICE, STAKE);
        slash(20);
        stakeAs(PROVIDER, STAKE);
        delegateAs(BOB, STAKE);
        staking.registerEarningToken(PROVIDER, address(token));
        payJob(address(token), 2 ether);
        vm.assertEq(staking.claimableEarningsOf(PROVIDER, ALICE, address(token)), 0);
        stakeAs(PROVIDER, STAKE);
        delegateAs(ALICE, STAKE);
        vm.assertEq(staking.claimableEarningsOf(PROVIDER, ALICE, address(token)), 0);
        assertUnitsDown(claimAs(BOB, address(token)), 1 ether, "claimed");
    }

    /// @dev A token of its own making, worthless units by the most that a fee can be, shared by one share.
    function test_HugeFeesOnOneUnitOfStakeOverflowNothing() public {
        delegateAs(ALICE, 1);
        uint256 sum = 0;
        for (uint256 i = 0; i < 50; ++i) sum += payJob(ETHER, type(uint96).max);
        assertWithin(claimAs(ALICE, ETHER), sum, 50, "claimed");
    }

    /// @dev The market that pays the claim is the last thing called: a market that calls back finds nothing left.
    function test_AClaimIsOverBeforeTheMarketIsCalled() public {
        ReenteringMarket hostile = new ReenteringMarket();
        staking = new ProviderStaking(address(token), TREASURY, BOND);
        staking.setProtocolContracts(address(hostile), address(this), QUORUM_POLICY, OPTIMISTIC_POLICY);
        stakeAs(PROVIDER, STAKE);
        setCommission(0);
        staking.registerEarningToken(PROVIDER, ETHER);
        token.transfer(address(hostile), STAKE);
        hostile.delegateAndEarn(staking, IApproval(address(token)), PROVIDER, STAKE, 2 ether);
        hostile.claim(staking, PROVIDER);
        assertUnitsDown(hostile.paid(), 1 ether, "paid");
        vm.assertEq(hostile.refused(), 1);
    }

    /// @dev Nothing is paid that was not shared, and what is not paid is dust: below one unit a payment and a settlement.
    function testFuzz_SharesOfEarningsAddUp(
        uint96 a,
        uint96 b,
        uint96 earned,
        uint16 commission,
        uint8 slashes
    ) public {
        vm.prank(PROVIDER);
        staking.setCommission(uint256(commission) % 10_001);
        vm.warp(block.timestamp + 7 days);
        stakeAs(PROVIDER, 2_000_000 ether);
        delegateAs(ALICE, 1 + (uint256(a) % 1_000_000 ether));
        delegateAs(BOB, 1 + (uint256(b) % 1_000_000 ether));
        slash(uint256(slashes) % 10);
        uint256 sum = 0;
        for (uint256 i = 0; i < 5; ++i) sum += payJob(ETHER, uint256(earned) >> i);
        uint256 alices = staking.claimableEarningsOf(PROVIDER, ALICE, ETHER);
        uint256 bobs = staking.claimableEarningsOf(PROVIDER, BOB, ETHER);
        vm.assertTrue(alices + bobs <= sum, "over-paid");
        vm.assertTrue(alices + bobs + 7 >= sum, "more than dust was lost");
        if (alices > 0) vm.assertEq(claimAs(ALICE, ETHER), alices);
        if (bobs > 0) vm.assertEq(claimAs(BOB, ETHER), bobs);
    }

    function testFuzz_AnyOrderOfStakesAndPaymentsNeverOverpays(uint256 seed) public {
        address[3] memory delegators = [ALICE, BOB, address(0xCA401)];
        uint256 shared = 0;
        uint256 payments = 0;
        for (uint256 i = 0; i < 40; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            address account = delegators[(draw >> 8) % 3];
            uint256 amount = 1 + ((draw >> 16) % 500 ether);
            uint256 what = draw % 6;
            if (what == 0 && stakeOf(PROVIDER) >= BOND) delegateAtMostAs(account, amount);
            if (what == 1 && stakeOf(account) > 0) unstakeAs(account, 1 + (amount % stakeOf(account)));
            if (what == 2 && staking.canLockBond(PROVIDER)) slash();
            if (what == 3) stakeAs(PROVIDER, amount + BOND);
            if (what == 4 && staking.claimableEarningsOf(PROVIDER, account, ETHER) > 0) claimAs(account, ETHER);
            if (what < 4 || !staking.canLockBond(PROVIDER)) continue;
            shared += payJob(ETHER, amount);
            ++payments;
        }
        uint256 claimed = 0;
        for (uint256 i = 0; i < 3; ++i) {
            if (staking.claimableEarningsOf(PROVIDER, delegators[i], ETHER) > 0) claimAs(delegators[i], ETHER);
            claimed += balanceOf[delegators[i]][ETHER];
        }
        vm.assertTrue(claimed <= shared, "over-paid");
        vm.assertTrue(claimed + 3 * 40 + payments >= shared, "more than dust was lost");
        vm.assertEq(balanceOf[address(staking)][ETHER], shared - claimed);
    }

    function claimAs(address account, address paidIn) internal returns (uint256 amount) {
        uint256 before = balanceOf[account][paidIn];
        vm.prank(account);
        amount = staking.claimEarnings(PROVIDER, paidIn);
        vm.assertEq(balanceOf[account][paidIn], before + amount);
    }

    function _noEarnings(address account, address paidIn) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderStaking.NoEarnings.selector, PROVIDER, account, paidIn);
    }
}

/// @notice A market gone bad that is a delegator, too, and claims again while it pays.
contract ReenteringMarket {
    ProviderStaking private _staking;
    address private _provider;
    bool private _calledBack;
    uint256 public paid;
    uint256 public refused;

    function delegateAndEarn(
        ProviderStaking staking,
        IApproval token,
        address provider,
        uint256 amount,
        uint256 earned
    ) external {
        token.approve(address(staking), amount);
        staking.delegate(provider, amount);
        staking.shareEarnings(provider, address(0), earned);
    }

    function claim(ProviderStaking staking, address provider) external {
        (_staking, _provider) = (staking, provider);
        staking.claimEarnings(provider, address(0));
    }

    function transferBalance(address, address, uint256 amount) external {
        paid += amount;
        if (_calledBack) return;
        _calledBack = true;
        try _staking.claimEarnings(_provider, address(0)) {} catch {
            ++refused;
        }
    }
}

interface IApproval {
    function approve(address spender, uint256 amount) external returns (bool);
}
