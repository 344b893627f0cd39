// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProviderPool, StakePosition} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

/// @notice What a fuzzer may do to stake, in any order: two providers, two delegators who go to both, a thief who delegates
/// around payments and slashes, and a protocol that locks, pays and slashes. It keeps its own books, which the invariants
/// compare with the contract's.
contract ProviderStakingHandler is ProviderStakingFixture {
    address internal constant RIVAL = address(0x417A1);
    address internal constant THIEF = address(0x7417F);

    mapping(bytes32 operation => uint256) public done;
    /// @notice Seen from outside, of one account in all pools: tokens put in, tokens taken out.
    mapping(address account => uint256) public putIn;
    mapping(address account => uint256) public takenOut;
    mapping(address provider => uint256) public bonds;
    uint256 public slashed;
    uint256 public slashes;
    uint256 public staked;
    mapping(address paidIn => uint256) public sharedOf;
    /// @notice Payments and settlements: each may lose one unit of dust, no more.
    uint256 public roundings;

    function setUp() public override {
        super.setUp();
        staked = STAKE;
        putIn[PROVIDER] = STAKE;
        _stake(RIVAL, STAKE);
        vm.prank(RIVAL);
        staking.setCapacity(CAPACITY);
        for (uint256 i = 0; i < 2; ++i) {
            staking.registerEarningToken(_provider(i), ETHER);
            staking.registerEarningToken(_provider(i), address(token));
            vm.prank(_provider(i));
            staking.setCommission(1_000);
        }
    }

    function stakeMore(uint256 who, uint96 amount) external {
        address provider = _provider(who);
        _stake(provider, 1 + (uint256(amount) % 300 ether));
        done["stake"] += 1;
        // It had kept too little of its own, and took no more jobs.
        if (staking.poolOf(provider).capacity > 0 || !_covers(provider)) return;
        vm.prank(provider);
        staking.setCapacity(CAPACITY);
        done["resume"] += 1;
    }

    function delegate(uint256 who, uint256 to, uint96 amount) external {
        address provider = _provider(to);
        if (staking.positionOf(provider, provider).stake < BOND) return;
        address account = _delegator(who);
        // Odd amounts, small ones too, so that roundings show.
        uint256 put = 1 + (uint256(amount) % (amount % 2 == 0 ? 500 ether : 1_000));
        uint256 room = staking.delegationRoomOf(provider);
        if (room == 0) return;
        if (put > room) put = room;
        token.transfer(account, put);
        vm.startPrank(account);
        token.approve(address(staking), put);
        staking.delegate(provider, put);
        vm.stopPrank();
        putIn[account] += put;
        staked += put;
        roundings += 2;
        done["delegate"] += 1;
    }

    function unstake(uint256 who, uint256 from, uint96 amount) external {
        address provider = _provider(from);
        address account = who % 4 == 3 ? provider : _delegator(who);
        uint256 worth = staking.positionOf(provider, account).stake;
        if (worth == 0) return;
        vm.prank(account);
        staking.requestUnstake(provider, amount % 3 == 0 ? worth : 1 + (uint256(amount) % worth));
        roundings += 2;
        done["unstake"] += 1;
    }

    function withdraw(uint256 who, uint256 from) external {
        address provider = _provider(from);
        address account = who % 4 == 3 ? provider : _delegator(who);
        StakePosition memory position = staking.positionOf(provider, account);
        if (position.unbonding == 0) return;
        if (block.timestamp < position.unbondingReadyAt) vm.warp(position.unbondingReadyAt);
        ProviderPool memory pool = staking.poolOf(provider);
        if (uint256(pool.assets) + pool.unbondingAssets - pool.locked < position.unbonding) return;
        if (account == provider && pool.locked > 0 && position.stake < staking.delegatedOf(provider)) return;
        vm.prank(account);
        uint256 amount = staking.withdrawUnstaked(provider);
        takenOut[account] += amount;
        done["withdraw"] += 1;
    }

    function lock(uint256 who) external {
        address provider = _provider(who);
        bool can = staking.canLockBond(provider);
        vm.assertTrue(staking.lockBond(provider) == can, "canLockBond says otherwise");
        if (!can) return;
        bonds[provider] += 1;
        done["lock"] += 1;
    }

    function pay(uint256 who, uint96 earned, bool inToken) external {
        address provider = _provider(who);
        if (bonds[provider] == 0) return;
        address paidIn = inToken ? address(token) : ETHER;
        uint256 delegatorsAmount = staking.releaseBond(provider, paidIn, earned);
        vm.assertTrue(delegatorsAmount <= earned, "shared more than was earned");
        balanceOf[address(staking)][paidIn] += delegatorsAmount;
        sharedOf[paidIn] += delegatorsAmount;
        bonds[provider] -= 1;
        roundings += 1;
        done["pay"] += 1;
    }

    function releaseUnpaid(uint256 who) external {
        address provider = _provider(who);
        if (bonds[provider] == 0) return;
        staking.releaseBondUnpaid(provider);
        bonds[provider] -= 1;
        done["release"] += 1;
    }

    function slashAny(uint256 who, uint96 toWronged) external {
        address provider = _provider(who);
        if (bonds[provider] == 0) return;
        uint256 stakeBefore = staking.stakeOf(provider);
        uint256 thiefBefore = _worth(provider, THIEF);
        uint256 totalBefore = _total(provider);
        staking.slashBond(provider, WRONGED, uint256(toWronged) % (BOND + 1));
        bonds[provider] -= 1;
        slashed += BOND;
        slashes += 1;
        uint256 left = _total(provider);
        if (left == 0) slashed += totalBefore - BOND;
        if (left == 0) done["wipe"] += 1;
        vm.assertTrue(staking.stakeOf(provider) <= stakeBefore, "a slash added stake");
        // Staying or leaving, the thief keeps no more than its proportion of what is left, but for units.
        vm.assertTrue(_worth(provider, THIEF) <= (thiefBefore * left) / totalBefore + 4, "escaped a slash");
        done["slash"] += 1;
    }

    function claim(uint256 who, uint256 from, bool inToken) external {
        address provider = _provider(from);
        address account = _delegator(who);
        address paidIn = inToken ? address(token) : ETHER;
        if (staking.claimableEarningsOf(provider, account, paidIn) == 0) return;
        vm.prank(account);
        staking.claimEarnings(provider, paidIn);
        roundings += 1;
        done["claim"] += 1;
    }

    /// @dev Around a payment: in before, out after. What it claims must not be more than its stake's part, and never can
    /// come from the others' (assertEarningsAccounted).
    function snipe(uint256 who, uint96 earned) external {
        address provider = _provider(who);
        if (bonds[provider] == 0 || staking.positionOf(provider, provider).stake < BOND) return;
        this.delegate(2, who, 1_000_000);
        this.pay(who, earned, false);
        this.unstake(2, who, 0);
        this.claim(2, who, false);
        done["snipe"] += 1;
    }

    function setCommissionOf(uint256 who, uint16 commissionBps) external {
        vm.prank(_provider(who));
        staking.setCommission(uint256(commissionBps) % 10_001);
    }

    function withdrawProceeds(bool ofTreasury) external {
        address account = ofTreasury ? TREASURY : WRONGED;
        if (staking.slashProceedsOf(account) == 0) return;
        vm.prank(account);
        takenOut[account] += staking.withdrawSlashProceeds();
        done["proceeds"] += 1;
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + (time % 3 days));
    }

    function assertHoldingsAccounted() external view {
        uint256 owed = staking.slashProceedsOf(TREASURY) + staking.slashProceedsOf(WRONGED);
        for (uint256 i = 0; i < 2; ++i) owed += _total(_provider(i));
        vm.assertEq(token.balanceOf(address(staking)), owed, "holdings");
        uint256 proceeds = takenOut[TREASURY] + takenOut[WRONGED];
        proceeds += staking.slashProceedsOf(TREASURY) + staking.slashProceedsOf(WRONGED);
        vm.assertEq(proceeds, slashed, "slashed");
        vm.assertTrue(slashed <= staked, "slashed more than was staked");
    }

    function assertPoolsAccounted() external view {
        for (uint256 i = 0; i < 2; ++i) {
            address provider = _provider(i);
            ProviderPool memory pool = staking.poolOf(provider);
            StakePosition memory own = staking.positionOf(provider, provider);
            uint256 shares = own.shares;
            uint256 stakes = own.stake;
            uint256 unbondingShares = own.unbondingShares;
            uint256 unbonding = own.unbonding;
            for (uint256 j = 0; j < 3; ++j) {
                StakePosition memory position = staking.positionOf(provider, _delegator(j));
                shares += position.shares;
                stakes += position.stake;
                unbondingShares += position.unbondingShares;
                unbonding += position.unbonding;
            }
            vm.assertEq(shares, pool.shares, "shares");
            vm.assertEq(shares - own.shares, pool.delegatedShares, "delegated shares");
            vm.assertTrue(pool.hasDelegators == (pool.delegatedShares > 0), "has delegators");
            vm.assertEq(unbondingShares, pool.unbondingShares, "unbonding shares");
            vm.assertTrue(stakes <= pool.assets, "positions are worth more than the pool");
            vm.assertTrue(unbonding <= pool.unbondingAssets, "unbonding is worth more than the pool");
            vm.assertEq(pool.locked, bonds[provider] * BOND, "locked");
            vm.assertEq(pool.activeJobs, bonds[provider], "active jobs");
            vm.assertTrue(pool.locked <= _total(provider), "a bond that a slash would not find");
        }
    }

    /// @dev At least half of any slash that can come is the provider's own, but for units that roundings moved: what is not
    /// unbonding covers new jobs, all of it the running ones.
    function assertDelegationsCovered() external view {
        for (uint256 i = 0; i < 2; ++i) {
            address provider = _provider(i);
            uint256 others = staking.delegatedOf(provider);
            uint256 own = staking.positionOf(provider, provider).stake + roundings + slashes;
            vm.assertTrue(!staking.canLockBond(provider) || own >= others, "new jobs at the delegators' risk");
            own += staking.positionOf(provider, provider).unbonding;
            vm.assertTrue(bonds[provider] == 0 || own >= others, "running jobs at the delegators' risk");
        }
    }

    function assertEarningsAccounted() external view {
        address[2] memory tokens = [ETHER, address(token)];
        for (uint256 k = 0; k < 2; ++k) {
            uint256 claimed = 0;
            uint256 claimable = 0;
            for (uint256 j = 0; j < 3; ++j) {
                claimed += balanceOf[_delegator(j)][tokens[k]];
                for (uint256 i = 0; i < 2; ++i) {
                    claimable += staking.claimableEarningsOf(_provider(i), _delegator(j), tokens[k]);
                }
            }
            vm.assertTrue(claimable <= balanceOf[address(staking)][tokens[k]], "earnings that are not there");
            vm.assertEq(claimed + balanceOf[address(staking)][tokens[k]], sharedOf[tokens[k]], "earnings");
            vm.assertTrue(claimed + claimable + roundings + 6 >= sharedOf[tokens[k]], "more than dust was lost");
        }
    }

    /// @dev Nobody takes out more than it put in: stake earns nothing here, it can only be cut.
    function assertNobodyGainsStake() external view {
        address[5] memory accounts = [PROVIDER, RIVAL, ALICE, BOB, THIEF];
        for (uint256 k = 0; k < 5; ++k) {
            uint256 held = _worth(PROVIDER, accounts[k]) + _worth(RIVAL, accounts[k]);
            // Roundings of others stay in the pool: they can add units to those who stay.
            vm.assertTrue(takenOut[accounts[k]] + held <= putIn[accounts[k]] + 2 * roundings, "gained stake");
        }
    }

    function _stake(address provider, uint256 amount) private {
        stakeAs(provider, amount);
        putIn[provider] += amount;
        staked += amount;
        roundings += 1;
    }

    function _covers(address provider) private view returns (bool) {
        uint256 own = staking.positionOf(provider, provider).stake;
        return own >= BOND && own >= staking.delegatedOf(provider);
    }

    function _worth(address provider, address account) private view returns (uint256) {
        StakePosition memory position = staking.positionOf(provider, account);
        return position.stake + position.unbonding;
    }

    function _total(address provider) private view returns (uint256) {
        ProviderPool memory pool = staking.poolOf(provider);
        return uint256(pool.assets) + pool.unbondingAssets;
    }

    function _provider(uint256 who) private pure returns (address) {
        return who % 2 == 0 ? PROVIDER : RIVAL;
    }

    function _delegator(uint256 who) private pure returns (address) {
        address[3] memory delegators = [ALICE, BOB, THIEF];
        return delegators[who % 3];
    }
}
