// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IProviderStaking, StakeAccount} from "../../../contracts/interfaces/IProviderStaking.sol";
import {ProviderStaking} from "../../../contracts/providers/ProviderStaking.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract ProviderStakingTest is ProtocolFixture {
    function test_RefusesZeroAddressesAndAmounts() public {
        vm.expectRevert(IProviderStaking.StakingAddressZero.selector);
        new ProviderStaking(address(0), TREASURY);
        vm.expectRevert(IProviderStaking.StakingAddressZero.selector);
        new ProviderStaking(address(token), address(0));
        vm.expectRevert(IProviderStaking.StakeAmountZero.selector);
        staking.stake(0);
        vm.expectRevert(IProviderStaking.StakeAmountZero.selector);
        staking.requestUnstake(0);
    }

    function test_RefusesAStakeWithoutAllowance() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(staking), 0, 1)
        );
        staking.stake(1);
    }

    function test_TheMarketIsNamedOnceByTheDeployer() public {
        ProviderStaking fresh = new ProviderStaking(address(token), TREASURY);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NotDeployer.selector, RIVAL));
        fresh.setMarket(RIVAL);
        vm.expectRevert(IProviderStaking.StakingAddressZero.selector);
        fresh.setMarket(address(0));
        fresh.setMarket(address(market));
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.MarketAlreadySet.selector, address(market)));
        fresh.setMarket(RIVAL);
    }

    function test_OnlyTheMarketTouchesBonds() public {
        bytes memory refusal = abi.encodeWithSelector(IProviderStaking.NotMarket.selector, address(this));
        vm.expectRevert(refusal);
        staking.lockBond(PROVIDER, 1);
        vm.expectRevert(refusal);
        staking.releaseBond(PROVIDER, 1);
        vm.expectRevert(refusal);
        staking.slashBond(PROVIDER, 1, address(this));
    }

    function test_RefusesToUnstakeMoreThanIsFree() public {
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, STAKE, STAKE + 1)
        );
        vm.prank(PROVIDER);
        staking.requestUnstake(STAKE + 1);
    }

    function test_RefusesToReleaseOrSlashMoreThanIsLocked() public {
        vm.startPrank(address(market));
        staking.lockBond(PROVIDER, BOND);
        bytes memory refusal = abi.encodeWithSelector(
            IProviderStaking.BondNotLocked.selector,
            PROVIDER,
            BOND,
            BOND + 1
        );
        vm.expectRevert(refusal);
        staking.releaseBond(PROVIDER, BOND + 1);
        vm.expectRevert(refusal);
        staking.slashBond(PROVIDER, BOND + 1, REQUESTER);
        vm.stopPrank();
    }

    /// @dev The threat: take a job, unstake everything, vanish before the slash.
    function test_ABondCanNotBeUnstakedBeforeItIsSlashed() public {
        uint256 jobId = requestAndClaim();
        vm.startPrank(PROVIDER);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, STAKE - BOND, STAKE)
        );
        staking.requestUnstake(STAKE);
        staking.requestUnstake(STAKE - BOND);
        vm.stopPrank();

        vm.warp(block.timestamp + PROVE_SECONDS + 1);
        market.expireClaim(jobId);
        vm.assertEq(staking.accountOf(PROVIDER).active, 0);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), BOND / 2);
    }

    function test_UnstakedMoneyWaitsForTheWholeDelay() public {
        vm.startPrank(PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingUnbonding.selector, PROVIDER));
        staking.withdrawUnstaked();

        staking.requestUnstake(400 ether);
        uint256 readyAt = block.timestamp + 7 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.UnbondingNotReady.selector, PROVIDER, readyAt));
        staking.withdrawUnstaked();

        vm.warp(readyAt);
        vm.assertEq(staking.withdrawUnstaked(), 400 ether);
        vm.assertEq(token.balanceOf(PROVIDER), 400 ether);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingUnbonding.selector, PROVIDER));
        staking.withdrawUnstaked();
        vm.stopPrank();
    }

    function test_ASecondRequestRestartsTheDelayForAll() public {
        vm.startPrank(PROVIDER);
        staking.requestUnstake(1 ether);
        vm.warp(block.timestamp + 6 days);
        staking.requestUnstake(2 ether);
        uint256 readyAt = block.timestamp + 7 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.UnbondingNotReady.selector, PROVIDER, readyAt));
        staking.withdrawUnstaked();
        vm.warp(readyAt);
        vm.assertEq(staking.withdrawUnstaked(), 3 ether);
        vm.stopPrank();
    }

    function test_UnbondingStakeCarriesNoNewBond() public {
        vm.prank(PROVIDER);
        staking.requestUnstake(STAKE - BOND + 1);
        uint256 jobId = requestEther();
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, BOND - 1, BOND));
        vm.prank(PROVIDER);
        market.claimJob(jobId);
    }

    function test_SlashProceedsAreWithdrawnOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingToWithdraw.selector, TREASURY));
        vm.prank(TREASURY);
        staking.withdrawSlashProceeds();

        vm.startPrank(address(market));
        staking.lockBond(PROVIDER, BOND);
        staking.slashBond(PROVIDER, BOND, REQUESTER);
        vm.stopPrank();
        vm.startPrank(TREASURY);
        vm.assertEq(staking.withdrawSlashProceeds(), BOND / 2);
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.NothingToWithdraw.selector, TREASURY));
        staking.withdrawSlashProceeds();
        vm.stopPrank();
        vm.assertEq(token.balanceOf(TREASURY), BOND / 2);
    }

    function test_APermitThatWasUsedFirstDoesNotBlockTheStake() public {
        // No valid signature at all: what counts is the allowance, which the front-runner's use of the permit left.
        token.approve(address(staking), 5);
        staking.stakeWithPermit(5, block.timestamp, 27, bytes32(uint256(1)), bytes32(uint256(2)));
        vm.assertEq(staking.freeStakeOf(address(this)), 5);
    }

    function testFuzz_ASlashLosesNoUnit(uint128 amount, uint128 bond) public {
        uint256 staked = 1 + (uint256(amount) % 1_000_000 ether);
        uint256 slashed = 1 + (uint256(bond) % staked);
        address provider = address(0xF1);
        stakeFor(provider, staked);
        uint256 held = token.balanceOf(address(staking));

        vm.startPrank(address(market));
        staking.lockBond(provider, slashed);
        staking.slashBond(provider, slashed, REQUESTER);
        vm.stopPrank();

        StakeAccount memory account = staking.accountOf(provider);
        vm.assertEq(account.locked, 0);
        vm.assertEq(account.active + staking.slashProceedsOf(REQUESTER) + staking.slashProceedsOf(TREASURY), staked);
        vm.assertTrue(staking.slashProceedsOf(TREASURY) >= staking.slashProceedsOf(REQUESTER));
        vm.assertEq(token.balanceOf(address(staking)), held);
    }
}
