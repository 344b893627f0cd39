// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PanelVoting} from "../../../contracts/disputes/PanelVoting.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ProviderPool} from "../../../contracts/interfaces/IProviderStaking.sol";
import {Panel, PanelStatus} from "../../../contracts/interfaces/IPanelVoting.sol";
import {Subscription} from "../../../contracts/interfaces/IRequestDesk.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {ThiefMoves} from "./ThiefMoves.sol";

/// @notice The whole protocol in a fuzzer's hands, by one door: `act`. It notes after each move what a move could break
/// that no state shows afterwards: a balance that fell by somebody else's doing, a job that ended a second time.
contract ProtocolHandler is ThiefMoves {
    /// @dev All of `_person`, then the staking contract (for delegators) and the desk (for subscriptions).
    uint256 internal constant HOLDERS = 27;
    /// @dev One of each kind: who requests, proves, votes, is paid without doing anything, or is held for others.
    uint256 internal constant WATCHED = 10;

    /// @notice Moves that were made, and those that the contracts refused.
    uint256 public moves;
    uint256 public refusals;
    /// @notice What a move broke. Kept and not asserted, for a campaign takes a move that reverts for a refusal.
    bool public somethingWasStolen;
    bool public aBalanceFell;
    bool public aJobEndedTwice;
    mapping(Policy policy => mapping(EndReason reason => uint256)) public endings;
    bytes4[] private _operations;
    mapping(address account => mapping(address coin => uint256)) private _floors;
    mapping(uint256 jobId => bytes32) private _endedAs;

    /// @dev After setUp.
    function begin(bytes4[] calldata operations) external {
        _operations = operations;
        _fundRequesters();
        _openListings();
        _keepFloors();
    }

    function act(uint8 operation, uint256 a, uint256 b, uint256 c) external {
        _spender = address(0);
        bytes4 selector = _operations[operation % _operations.length];
        // A move takes three words at most; the last is an amount in some of them.
        (bool success, ) = address(this).call(abi.encodePacked(selector, a, b, c & type(uint96).max));
        if (success) ++moves;
        else ++refusals;
        if (_stolen) somethingWasStolen = true;
        _keepFloors();
        _countEndings();
    }

    // What must hold after every move

    function assertNoMoveBrokeAnything() external view {
        vm.assertTrue(!somethingWasStolen, "a theft worked");
        vm.assertTrue(!aBalanceFell, "a balance fell by somebody else's doing");
        vm.assertTrue(!aJobEndedTwice, "a job changed after its end");
    }

    function assertMarketHoldsWhatItOwes() external view {
        for (uint256 c = 0; c < COINS; ++c) {
            (address coin, uint256 escrow, uint256 claimable) = (_coin(c), 0, 0);
            for (uint256 id = 1; id <= market.jobCount(); ++id) {
                Job memory job = market.jobOf(id);
                if (job.status < JobStatus.Settled && job.token == coin) escrow += job.fee;
            }
            for (uint256 i = 0; i < HOLDERS; ++i) claimable += market.claimableOf(_holder(i), coin);
            vm.assertEq(escrow, market.openEscrowOf(coin), "open escrow");
            vm.assertEq(claimable, market.totalClaimableOf(coin), "claimable");
            assertMarketSolvent(coin);
        }
        vm.assertEq(consumer.entered(), 0, "a callback got in");
    }

    function assertDeskHoldsItsRuns() external view {
        uint256[3] memory owed;
        for (uint256 id = 1; id <= desk.subscriptionCount(); ++id) {
            Subscription memory subscription = desk.subscriptionOf(id);
            for (uint256 c = 0; c < COINS; ++c) {
                if (subscription.token == _coin(c)) owed[c] += uint256(subscription.runsLeft) * subscription.fee;
            }
        }
        for (uint256 c = 0; c < COINS; ++c) {
            vm.assertEq(market.claimableOf(address(desk), _coin(c)), owed[c], "desk");
        }
        vm.assertEq(address(desk).balance + token.balanceOf(address(desk)) + gold.balanceOf(address(desk)), 0);
    }

    /// @notice And a bond is locked for each running job of one provider and for each seat that votes, and no other.
    function assertStakeIsWhole() external view {
        (uint256 held, uint256 locked) = (0, 0);
        for (uint256 i = 0; i < 16; ++i) {
            ProviderPool memory pool = staking.poolOf(_worker(i));
            held += uint256(pool.assets) + pool.unbondingAssets;
            locked += pool.locked;
            vm.assertTrue(pool.locked <= uint256(pool.assets) + pool.unbondingAssets, "more locked than staked");
            vm.assertEq(pool.locked, pool.activeJobs * BOND, "bonds of a provider");
        }
        for (uint256 i = 0; i < HOLDERS; ++i) held += staking.slashProceedsOf(_holder(i));
        vm.assertEq(
            held + staking.slashProceedsOf(address(optimisticPolicy)),
            token.balanceOf(address(staking)),
            "stake"
        );
        uint256 bonds = 0;
        for (uint256 id = 1; id <= market.jobCount(); ++id) {
            Job memory job = market.jobOf(id);
            bool running = job.status == JobStatus.Assigned || job.status == JobStatus.Answered;
            if (job.policy != Policy.Quorum && running) ++bonds;
            if (job.policy == Policy.Proof) continue;
            Panel memory panel = (job.policy == Policy.Quorum ? PanelVoting(quorumPolicy) : optimisticPolicy).panelOf(
                id
            );
            if (panel.status == PanelStatus.Voting) bonds += panel.size;
        }
        vm.assertEq(locked, bonds * BOND, "locked bonds");
    }

    /// @notice What delegators may claim together is never more than the market holds for them.
    function assertEarningsAreCovered() external view {
        for (uint256 c = 0; c < COINS; ++c) {
            uint256 owed = 0;
            for (uint256 i = 0; i < 16; ++i) {
                owed += staking.claimableEarningsOf(_worker(i), DELEGATOR, _coin(c));
                owed += staking.claimableEarningsOf(_worker(i), SAVER, _coin(c));
            }
            vm.assertTrue(owed <= market.claimableOf(address(staking), _coin(c)), "earnings of delegators");
        }
    }

    /// @notice When a stranger has ended every job, everybody takes what is his, and then there is nothing left.
    function assertNothingIsLeftOnceEverybodyTook() external {
        for (uint256 i = 0; i < desk.subscriptionCount(); ++i) this.cancelSubscriptionAny(i);
        for (uint256 i = 0; i < 16 * COINS * 2; ++i) this.claimAny(i, i / 6, i / 2);
        for (uint256 c = 0; c < COINS; ++c) {
            address coin = _coin(c);
            vm.assertEq(market.openEscrowOf(coin), 0, "escrow of ended jobs");
            for (uint256 i = 0; i < 25; ++i) this.withdrawAny(i, c);
            uint256 held = coin == ETHER ? address(market).balance : IERC20(coin).balanceOf(address(market));
            // Roundings of the delegators' shares, each below one unit a payment and provider.
            vm.assertEq(held, market.claimableOf(address(staking), coin), "left in the market");
            vm.assertTrue(held <= 1_000, "dust of delegators");
        }
        for (uint256 i = 0; i < 16; ++i) vm.assertEq(staking.poolOf(_worker(i)).locked, 0, "a bond of an ended job");
    }

    function _keepFloors() private {
        for (uint256 i = 0; i < WATCHED; ++i) {
            address account = _watched(i);
            for (uint256 c = 0; c < COINS; ++c) {
                uint256 balance = market.claimableOf(account, _coin(c));
                uint256 floor = _floors[account][_coin(c)];
                if (balance < floor && account != _spender) aBalanceFell = true;
                if (balance != floor) _floors[account][_coin(c)] = balance;
            }
        }
    }

    /// @dev Of an ended job nothing may ever change, so it is looked at whole.
    function _countEndings() private {
        for (uint256 id = 1; id <= market.jobCount(); ++id) {
            Job memory job = market.jobOf(id);
            bytes32 now_ = job.status < JobStatus.Settled ? bytes32(0) : keccak256(abi.encode(job));
            if (now_ == _endedAs[id]) continue;
            if (_endedAs[id] != 0) aJobEndedTwice = true;
            _endedAs[id] = now_;
            endings[job.policy][job.reason] += 1;
        }
    }

    function _watched(uint256 index) private view returns (address) {
        if (index < REQUESTERS) return _requester(index);
        return [PROVIDER, RIVAL, server(0), AUTHOR, TREASURY, address(staking), address(desk)][index - REQUESTERS];
    }

    function _holder(uint256 index) private view returns (address) {
        if (index < 25) return _person(index);
        return index == 25 ? address(staking) : address(desk);
    }
}
