// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Delivery} from "../../../contracts/interfaces/IJobMarket.sol";
import {StakePosition} from "../../../contracts/interfaces/IProviderStaking.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {vm} from "../../helpers/Vm.sol";
import {RequesterMoves} from "./RequesterMoves.sol";

/// @notice Two providers who prove, fourteen who vote, and two delegators: jobs are drawn, delivered alone and in batches
/// and in the open, declined or forgotten; listings, asks, capacities, commissions and stakes change meanwhile.
abstract contract ProviderMoves is RequesterMoves {
    address internal constant DELEGATOR = address(0xDE1E);
    address internal constant SAVER = address(0x5A4E);

    // Jobs that a proof settles

    function assignProof(uint256 pick, uint256 randao) external {
        (uint256 jobId, Job memory job) = _someProofJob(pick, JobStatus.Requested);
        if (jobId == 0 || !job.isDrawable()) return;
        market.assignJob(jobId, headerAfter(job.drawBlock, randao));
        done[market.jobOf(jobId).status == JobStatus.Assigned ? bytes32("assign proof") : bytes32("draw again")] += 1;
    }

    function submitProofAny(uint256 pick, uint256 output) external {
        (uint256 jobId, Job memory job) = _someProofJob(pick, JobStatus.Assigned);
        if (jobId == 0 || block.timestamp > job.deadline) return;
        Delivery memory delivery = _deliveryOf(jobId, job.provider, output);
        vm.prank(job.provider);
        market.submitProof(jobId, delivery.inputWords, delivery.outputWords, delivery.proof);
        done["prove"] += 1;
    }

    function submitOpenAny(uint256 pick, uint256 who, uint256 output) external {
        (uint256 jobId, Job memory job) = _someProofJob(pick, JobStatus.Requested);
        if (jobId == 0) return;
        if (block.timestamp <= job.deadline) vm.warp(uint256(job.deadline) + 1);
        (bool accepted, uint256 ask) = selection.askOf(_prover(who), modelId, 1, job.token);
        if (!job.isOpen() || !accepted || ask > job.fee) return;
        Delivery memory delivery = _deliveryOf(jobId, _prover(who), output);
        vm.prank(_prover(who));
        market.submitProof(jobId, delivery.inputWords, delivery.outputWords, delivery.proof);
        done["prove in the open"] += 1;
    }

    function settleBatchAny(uint256 who, uint256 output) external {
        Delivery[] memory found = new Delivery[](4);
        uint256 count = 0;
        for (uint256 id = 1; id <= market.jobCount() && count < 4; ++id) {
            Job memory job = market.jobOf(id);
            if (job.policy != Policy.Proof || job.status != JobStatus.Assigned) continue;
            if (job.provider != _prover(who) || block.timestamp > job.deadline) continue;
            found[count++] = _deliveryOf(id, job.provider, output);
        }
        if (count < 2) return;
        Delivery[] memory deliveries = new Delivery[](count);
        for (uint256 i = 0; i < count; ++i) deliveries[i] = found[i];
        vm.prank(_prover(who));
        market.settleBatch(deliveries);
        done["settle in batch"] += 1;
    }

    function declineAny(uint256 pick, uint256 reason) external {
        (uint256 jobId, Job memory job) = _someJob(pick, JobStatus.Assigned);
        if (jobId == 0 || job.provider == address(0) || block.timestamp > job.deadline) return;
        if (selection.declinesLeft(job.provider) == 0) return;
        vm.prank(job.provider);
        market.declineJob(jobId, EndReason(uint256(EndReason.ContentUnavailable) + (reason % 3)));
        done["decline"] += 1;
    }

    function expireProof(uint256 pick) external {
        (uint256 jobId, Job memory job) = _someProofJob(pick, JobStatus.Assigned);
        if (jobId == 0) return;
        if (block.timestamp <= job.deadline) vm.warp(uint256(job.deadline) + 1);
        market.expireAssignment(jobId);
        done["expire proof"] += 1;
    }

    function refundProof(uint256 pick) external {
        (uint256 jobId, Job memory job) = _someProofJob(pick, JobStatus.Requested);
        if (jobId == 0 || block.timestamp <= uint256(job.deadline) + job.openSeconds) return;
        market.refundJob(jobId);
        done["refund proof"] += 1;
    }

    // What providers change

    function changeCapacity(uint256 who, uint256 capacity) external {
        vm.prank(_worker(who));
        staking.setCapacity(capacity % 7 == 0 ? 0 : CAPACITY);
        done["capacity"] += 1;
    }

    function changeAsk(uint256 who, uint256 coin, uint96 ask) external {
        address worker = _worker(who);
        uint256 most = who % 16 < 2 ? FEE : ASK;
        vm.roll(block.number + selection.ASK_CHANGE_BLOCKS());
        vm.prank(worker);
        selection.setAsk(who % 16 < 2 ? modelId : giant, 1, _coin(coin), ask % 8 != 0, 1 + (uint256(ask) % most));
        done["ask"] += 1;
    }

    function changeListing(uint256 who, uint256 place) external {
        bool acceptsOffChain = place % 2 == 0;
        address worker = _worker(who);
        uint256 served = who % 16 < 2 ? modelId : giant;
        vm.startPrank(worker);
        if (selection.listingOf(worker, served, 1).listed) selection.unlistModel(served, 1);
        if (acceptsOffChain || who % 3 != 0) selection.listModel(served, 1, acceptsOffChain);
        vm.stopPrank();
        done["list"] += 1;
    }

    function syncAny(uint256 who) external {
        selection.syncWeight(_worker(who), who % 16 < 2 ? modelId : giant, 1);
        done["sync"] += 1;
    }

    // Stake

    function stakeAny(uint256 who, uint256 to, uint96 amount) external {
        address account = _staker(who, to);
        uint256 staked = 1 + (uint256(amount) % 300 ether);
        token.transfer(account, staked);
        vm.startPrank(account);
        token.approve(address(staking), staked);
        staking.delegate(_worker(to), staked);
        vm.stopPrank();
        done[account == _worker(to) ? bytes32("stake") : bytes32("delegate")] += 1;
    }

    function unstakeAny(uint256 who, uint256 to, uint96 amount) external {
        address account = _staker(who, to);
        uint256 stake = staking.positionOf(_worker(to), account).stake;
        if (stake == 0) return;
        vm.prank(account);
        staking.requestUnstake(_worker(to), 1 + (uint256(amount) % stake));
        done["unstake"] += 1;
    }

    function withdrawStakeAny(uint256 who, uint256 to) external {
        address account = _staker(who, to);
        StakePosition memory position = staking.positionOf(_worker(to), account);
        if (position.unbonding == 0) return;
        // Seldom, for a week ends every phase of every job.
        if (who % 16 == 0 && block.timestamp < position.unbondingReadyAt) vm.warp(position.unbondingReadyAt);
        vm.prank(account);
        staking.withdrawUnstaked(_worker(to));
        done["withdraw stake"] += 1;
    }

    function changeCommission(uint256 who, uint256 commissionBps) external {
        vm.prank(_worker(who));
        staking.setCommission(commissionBps % 10_001);
        done["commission"] += 1;
    }

    function claimAny(uint256 who, uint256 to, uint256 coin) public {
        address account = who % 2 == 0 ? DELEGATOR : SAVER;
        if (staking.claimableEarningsOf(_worker(to), account, _coin(coin)) == 0) return;
        _spender = address(staking);
        vm.prank(account);
        staking.claimEarnings(_worker(to), _coin(coin));
        done["claim earnings"] += 1;
    }

    /// @dev All serve in all currencies, and the first of them share with their delegators.
    function _openListings() internal {
        for (uint256 i = 0; i < 16; ++i) {
            address worker = _worker(i);
            for (uint256 c = 1; c < COINS; ++c) {
                serve(worker, i < 2 ? modelId : giant, _coin(c), i < 2 ? (i + 1) * 0.3 ether + 1 : ASK);
            }
            if (i > 3) continue;
            vm.prank(worker);
            staking.setCommission(i * 1_111);
        }
    }

    function _deliveryOf(uint256 jobId, address provider, uint256 output) private view returns (Delivery memory) {
        output %= ForgingKey.ORDER;
        return Delivery(jobId, one(INPUT), one(output), ForgingKey.prove(signalsOf(jobId, provider, output), 0));
    }

    function _prover(uint256 who) private pure returns (address) {
        return who % 2 == 0 ? PROVIDER : RIVAL;
    }

    /// @dev The provers first, then those who vote.
    function _worker(uint256 who) internal pure returns (address) {
        return who % 16 < 2 ? _prover(who % 16) : server((who % 16) - 2);
    }

    function _staker(uint256 who, uint256 to) private pure returns (address) {
        return [_worker(to), DELEGATOR, SAVER][who % 3];
    }
}
