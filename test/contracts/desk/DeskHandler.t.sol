// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Subscription} from "../../../contracts/interfaces/IRequestDesk.sol";
import {JobStatus} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DeskFixture} from "./DeskFixture.sol";

/// @notice What a fuzzer may do to the desk, in any order: subscribers in ETH, in a token and from their balances, thieves,
/// a relayer, a guardian who pauses. (The fuzzer calls only contracts of `.t.sol` files.)
contract DeskHandler is DeskFixture {
    mapping(bytes32 operation => uint256) public done;
    /// @notice Cancelled by another than the owner, run too early, or due again at once. Counted, not asserted: the fuzzer
    /// takes a revert of this contract for a call that did nothing.
    uint256 public wrongs;
    mapping(uint256 subscriptionId => JobRequest) private _requests;
    /// @notice What was set aside, less what was given back: Σ fee × runs of jobs that were opened with it.
    mapping(address token => uint256) public spent;
    mapping(address token => uint256) public funded;
    mapping(address token => uint256) public refunded;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) {
            vm.deal(_subscriber(i), 10_000 ether);
            token.transfer(_subscriber(i), 10_000 ether);
            vm.prank(_subscriber(i));
            token.approve(address(desk), type(uint256).max);
        }
    }

    function subscribe(uint256 who, uint96 fee, uint256 runs, uint256 kind) external {
        JobRequest memory request = kind % 3 == 0 ? tokenRequest(address(token)) : etherRequest();
        request.fromBalance = kind % 3 == 1;
        request.fee = 1 + (fee % 1 ether);
        runs = 1 + (runs % 5);
        uint256 funds = request.fromBalance ? 0 : runs * request.fee;
        vm.prank(_subscriber(who));
        uint256 id = desk.subscribe{value: request.token == ETHER ? funds : 0}(request, 60 + (runs * 60), runs);
        _requests[id] = request;
        funded[request.token] += funds;
        done["subscribe"] += 1;
    }

    /// @dev Due or not, funded or not: what the desk or the market refuses must leave the books as they were.
    function run(uint256 pick) external {
        uint256 id = _pick(pick);
        if (id == 0) return;
        JobRequest memory request = _requests[id];
        uint256 dueAt = desk.subscriptionOf(id).nextRunAt;
        try desk.runSubscription(id, request) {
            if (block.timestamp < dueAt || desk.subscriptionOf(id).nextRunAt <= block.timestamp) ++wrongs;
            if (!request.fromBalance) spent[request.token] += request.fee;
            done[request.fromBalance ? bytes32("run from balance") : bytes32("run")] += 1;
        } catch {
            done["run refused"] += 1;
        }
    }

    function cancel(uint256 who, uint256 pick) external {
        uint256 id = _pick(pick);
        if (id == 0) return;
        Subscription memory subscription = desk.subscriptionOf(id);
        vm.prank(_subscriber(who));
        try desk.cancelSubscription(id) {
            if (_subscriber(who) != subscription.owner) ++wrongs;
            refunded[subscription.token] += uint256(subscription.runsLeft) * subscription.fee;
            done["cancel"] += 1;
        } catch {
            done["cancel refused"] += 1;
        }
    }

    /// @dev A requester of a relayed job spends its own balance, never the desk's.
    function relay(uint96 fee) external {
        JobRequest memory request = balanceRequest();
        request.fee = 1 + (fee % 1 ether);
        if (market.claimableOf(SIGNER, ETHER) < request.fee || market.requestsPaused()) return;
        relay(signed(request), sign(signed(request)));
        done["relay"] += 1;
    }

    function cancelJob(uint256 pick) external {
        uint256 count = market.jobCount();
        if (count == 0) return;
        uint256 jobId = 1 + (pick % count);
        if (market.jobOf(jobId).status != JobStatus.Requested) return;
        vm.prank(market.jobOf(jobId).requester);
        try market.cancelJob(jobId) {
            done["cancel job"] += 1;
        } catch {
            market.refundJob(jobId);
        }
    }

    function deposit(uint256 who, uint96 amount) external {
        market.deposit{value: amount % 1 ether}(ETHER, amount % 1 ether, _subscriber(who));
    }

    function pause(bool paused) external {
        vm.prank(GUARDIAN);
        if (paused) market.pauseRequests();
        else market.unpauseRequests();
    }

    function pass(uint256 elapsed) external {
        vm.warp(block.timestamp + (elapsed % 400));
    }

    function assertDeskHoldsWhatItOwes() external view {
        vm.assertEq(wrongs, 0, "cancelled or run against the terms");
        uint256 etherOwed = 0;
        uint256 tokenOwed = 0;
        for (uint256 id = 1; id <= desk.subscriptionCount(); ++id) {
            Subscription memory subscription = desk.subscriptionOf(id);
            uint256 left = uint256(subscription.runsLeft) * subscription.fee;
            if (subscription.token == ETHER) etherOwed += left;
            else tokenOwed += left;
        }
        assertDeskHolds(ETHER, etherOwed);
        assertDeskHolds(address(token), tokenOwed);
        vm.assertEq(funded[ETHER], spent[ETHER] + refunded[ETHER] + etherOwed, "ether funded");
        vm.assertEq(
            funded[address(token)],
            spent[address(token)] + refunded[address(token)] + tokenOwed,
            "tokens funded"
        );
        assertMarketSolvent(ETHER);
        assertMarketSolvent(address(token));
    }

    function _pick(uint256 pick) private view returns (uint256) {
        uint256 count = desk.subscriptionCount();
        return count == 0 ? 0 : 1 + (pick % count);
    }

    function _subscriber(uint256 who) private pure returns (address) {
        return address(uint160(0x5AB5 + (who % 3)));
    }
}
