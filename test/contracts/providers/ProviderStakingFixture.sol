// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProviderStaking} from "../../../contracts/providers/ProviderStaking.sol";
import {VerimeshToken} from "../../../contracts/token/VerimeshToken.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice Staking alone, with the test as its market: it locks, pays and slashes, and keeps the balances that earnings
/// are claimed from. The market's part in that is tested where the market is.
abstract contract ProviderStakingFixture {
    address internal constant ETHER = address(0);
    address internal constant TREASURY = address(0x7EA5);
    address internal constant SELECTION = address(0x5E1);
    address internal constant QUORUM_POLICY = address(0x90);
    address internal constant OPTIMISTIC_POLICY = address(0x09);
    address internal constant PROVIDER = address(0x9407);
    address internal constant ALICE = address(0xA11);
    address internal constant BOB = address(0xB0B);
    address internal constant WRONGED = address(0x4E0);

    uint256 internal constant BOND = 100 ether;
    uint256 internal constant STAKE = 1_000 ether;
    uint256 internal constant CAPACITY = 100;

    VerimeshToken internal token;
    ProviderStaking internal staking;

    /// @notice What accounts have in the market, as far as earnings go.
    mapping(address account => mapping(address paidIn => uint256)) public balanceOf;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        token = new VerimeshToken();
        staking = new ProviderStaking(address(token), TREASURY, BOND);
        staking.setProtocolContracts(address(this), SELECTION, QUORUM_POLICY, OPTIMISTIC_POLICY);
        stakeAs(PROVIDER, STAKE);
        vm.prank(PROVIDER);
        staking.setCapacity(CAPACITY);
        staking.registerEarningToken(PROVIDER, ETHER);
    }

    /// @notice The market's: takes from the caller what it has been credited, and not a unit more.
    function transferBalance(address to, address paidIn, uint256 amount) external {
        balanceOf[msg.sender][paidIn] -= amount;
        balanceOf[to][paidIn] += amount;
    }

    function stakeAs(address provider, uint256 amount) internal {
        token.transfer(provider, amount);
        vm.startPrank(provider);
        token.approve(address(staking), amount);
        staking.stake(amount);
        vm.stopPrank();
    }

    function delegateAs(address account, uint256 amount) internal {
        token.transfer(account, amount);
        vm.startPrank(account);
        token.approve(address(staking), amount);
        staking.delegate(PROVIDER, amount);
        vm.stopPrank();
    }

    /// @dev As much of it as there is room for.
    function delegateAtMostAs(address account, uint256 amount) internal {
        uint256 room = staking.delegationRoomOf(PROVIDER);
        if (room > 0) delegateAs(account, amount < room ? amount : room);
    }

    function unstakeAs(address account, uint256 amount) internal {
        vm.prank(account);
        staking.requestUnstake(PROVIDER, amount);
    }

    function unstakeAllAs(address account) internal returns (uint256 amount) {
        amount = staking.positionOf(PROVIDER, account).stake;
        unstakeAs(account, amount);
    }

    function withdrawAs(address account) internal returns (uint256) {
        vm.prank(account);
        return staking.withdrawUnstaked(PROVIDER);
    }

    function setCommission(uint256 commissionBps) internal {
        vm.prank(PROVIDER);
        staking.setCommission(commissionBps);
    }

    /// @dev What the market does with a paid job that had a bond.
    function payJob(address paidIn, uint256 earned) internal returns (uint256 delegatorsAmount) {
        vm.assertTrue(staking.lockBond(PROVIDER), "no bond to lock");
        delegatorsAmount = staking.releaseBond(PROVIDER, paidIn, earned);
        balanceOf[address(staking)][paidIn] += delegatorsAmount;
        balanceOf[PROVIDER][paidIn] += earned - delegatorsAmount;
    }

    function slash() internal {
        vm.assertTrue(staking.lockBond(PROVIDER), "no bond to lock");
        staking.slashBond(PROVIDER, WRONGED, BOND / 2);
    }

    function slash(uint256 times) internal {
        for (uint256 i = 0; i < times; ++i) slash();
    }

    function stakeOf(address account) internal view returns (uint256) {
        return staking.positionOf(PROVIDER, account).stake;
    }

    function unbondingOf(address account) internal view returns (uint256) {
        return staking.positionOf(PROVIDER, account).unbonding;
    }

    function assertWithin(uint256 value, uint256 expected, uint256 tolerance, string memory what) internal pure {
        vm.assertTrue(value <= expected + tolerance && value + tolerance >= expected, what);
    }

    /// @dev Earnings are rounded down twice, by less than a unit each.
    function assertUnitsDown(uint256 value, uint256 exact, string memory what) internal pure {
        vm.assertTrue(value <= exact && value + 2 >= exact, what);
    }
}
