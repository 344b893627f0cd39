// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DeployerOnce} from "../../../contracts/access/DeployerOnce.sol";
import {IProviderStaking, ProviderPool, StakePosition} from "../../../contracts/interfaces/IProviderStaking.sol";
import {ProviderStaking} from "../../../contracts/providers/ProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

contract ProviderStakingStakeTest is ProviderStakingFixture {
    function test_RefusesZeroAddressesAndABondOfNothing() public {
        vm.expectRevert(IProviderStaking.StakingAddressZero.selector);
        new ProviderStaking(address(0), TREASURY, BOND);
        vm.expectRevert(IProviderStaking.StakingAddressZero.selector);
        new ProviderStaking(address(token), address(0), BOND);
        vm.expectRevert(IProviderStaking.StakeAmountZero.selector);
        new ProviderStaking(address(token), TREASURY, 0);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, uint256(1) << 96));
        new ProviderStaking(address(token), TREASURY, uint256(1) << 96);
    }

    function test_TheProtocolIsNamedOnceByTheDeployer() public {
        ProviderStaking fresh = new ProviderStaking(address(token), TREASURY, BOND);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(DeployerOnce.NotDeployer.selector, ALICE));
        fresh.setProtocolContracts(ALICE, ALICE, ALICE, ALICE);
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(IProviderStaking.StakingAddressZero.selector);
            fresh.setProtocolContracts(
                i == 0 ? address(0) : ALICE,
                i == 1 ? address(0) : ALICE,
                i == 2 ? address(0) : ALICE,
                i == 3 ? address(0) : ALICE
            );
        }
        fresh.setProtocolContracts(ALICE, SELECTION, QUORUM_POLICY, OPTIMISTIC_POLICY);
        vm.assertEq(fresh.market(), ALICE);
        vm.expectRevert(DeployerOnce.AlreadyConnected.selector);
        fresh.setProtocolContracts(BOB, SELECTION, QUORUM_POLICY, OPTIMISTIC_POLICY);
    }

    function test_RefusesAStakeOfNothing() public {
        vm.expectRevert(IProviderStaking.StakeAmountZero.selector);
        staking.stake(0);
    }

    function test_RefusesAStakeWithoutAllowance() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(staking), 0, 1)
        );
        staking.stake(1);
    }

    function test_RefusesAStakeBeyondAllTokens() public {
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        staking.stake(type(uint256).max);
        uint256 beyond = uint256(1) << 96;
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, beyond));
        staking.stake(beyond);
    }

    function test_AStakeIsAPoolOfShares() public {
        token.transfer(ALICE, 7 ether);
        vm.startPrank(ALICE);
        token.approve(address(staking), 7 ether);
        vm.expectEmit(address(staking));
        emit IProviderStaking.Staked(ALICE, ALICE, 7 ether, 7_000 ether);
        staking.stake(7 ether);
        vm.stopPrank();
        ProviderPool memory pool = staking.poolOf(ALICE);
        vm.assertEq(pool.assets, 7 ether);
        vm.assertEq(pool.shares, 7_000 ether);
        vm.assertEq(pool.delegatedShares, 0);
        vm.assertFalse(pool.hasDelegators);
        vm.assertEq(pool.locked, 0);
        StakePosition memory position = staking.positionOf(ALICE, ALICE);
        vm.assertEq(position.stake, 7 ether);
        vm.assertEq(position.shares, 7_000 ether);
        vm.assertEq(staking.stakeOf(ALICE), 7 ether);
        vm.assertEq(staking.freeStakeOf(ALICE), 7 ether);
        vm.assertEq(token.balanceOf(address(staking)), STAKE + 7 ether);
    }

    function test_OnesOwnStakeMayComeAsADelegationToOneself() public {
        token.transfer(PROVIDER, 5 ether);
        vm.startPrank(PROVIDER);
        token.approve(address(staking), 5 ether);
        staking.delegate(PROVIDER, 5 ether);
        vm.stopPrank();
        vm.assertEq(stakeOf(PROVIDER), STAKE + 5 ether);
        vm.assertFalse(staking.poolOf(PROVIDER).hasDelegators);
    }

    function test_APermitStakesWithoutAnApproval() public {
        (address owner, uint8 v, bytes32 r, bytes32 s) = _permit(5 ether);
        vm.prank(owner);
        staking.stakeWithPermit(5 ether, block.timestamp, v, r, s);
        vm.assertEq(staking.stakeOf(owner), 5 ether);
    }

    function test_APermitThatWasUsedFirstDoesNotBlockTheStake() public {
        (address owner, uint8 v, bytes32 r, bytes32 s) = _permit(5 ether);
        token.permit(owner, address(staking), 5 ether, block.timestamp, v, r, s);
        vm.prank(owner);
        staking.stakeWithPermit(5 ether, block.timestamp, v, r, s);
        vm.assertEq(staking.stakeOf(owner), 5 ether);
    }

    function test_APermitOfAnotherStakesNothing() public {
        (address owner, uint8 v, bytes32 r, bytes32 s) = _permit(5 ether);
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(staking), 0, 5 ether)
        );
        staking.stakeWithPermit(5 ether, block.timestamp, v, r, s);
        vm.assertEq(token.balanceOf(owner), 5 ether);
    }

    function test_APermitDelegatesWithoutAnApproval() public {
        (address owner, uint8 v, bytes32 r, bytes32 s) = _permit(5 ether);
        vm.prank(owner);
        staking.delegateWithPermit(PROVIDER, 5 ether, block.timestamp, v, r, s);
        vm.assertEq(stakeOf(owner), 5 ether);
        vm.assertTrue(staking.poolOf(PROVIDER).hasDelegators);
    }

    function test_TheWholeSupplyFitsIntoOnePool() public {
        uint256 rest = token.balanceOf(address(this));
        stakeAs(PROVIDER, rest);
        vm.assertEq(staking.stakeOf(PROVIDER), token.SUPPLY());
        vm.assertEq(unstakeAllAs(PROVIDER), token.SUPPLY());
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(withdrawAs(PROVIDER), token.SUPPLY());
    }

    function _permit(uint256 amount) private returns (address owner, uint8 v, bytes32 r, bytes32 s) {
        uint256 key = 0xBEEF;
        owner = vm.addr(key);
        token.transfer(owner, amount);
        bytes32 typeHash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 content = keccak256(
            abi.encode(typeHash, owner, address(staking), amount, token.nonces(owner), block.timestamp)
        );
        (v, r, s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), content)));
    }
}
