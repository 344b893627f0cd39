// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Permit, SignedRequest} from "../../../contracts/interfaces/IRequestDesk.sol";
import {VerimeshToken} from "../../../contracts/token/VerimeshToken.sol";
import {Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DisputeHandler} from "../disputes/DisputeHandler.t.sol";
import {HostileConsumer} from "../disputes/HostileConsumer.sol";

/// @notice Three requesters, every policy, three currencies, and every way to pay: at once, for another, from a balance,
/// signed and relayed, by subscription. What becomes of answers and votes is DisputeHandler's.
/// @dev A move that may take from somebody's balance in the market names him in `_spender`.
abstract contract RequesterMoves is DisputeHandler {
    uint256 internal constant COINS = 3;
    uint256 internal constant REQUESTERS = 3;
    uint256 internal constant MOST_JOBS = 24;
    uint256 internal constant SIGNER_KEY = 0x51C;
    address internal constant OTHER = address(0x4E1);

    address internal signer;
    VerimeshToken internal gold;
    HostileConsumer internal consumer;
    address internal _spender;
    mapping(uint256 subscriptionId => JobRequest) private _subscribed;

    function requestAny(uint256 kind, uint256 who, uint256 amount) external {
        if (market.jobCount() >= MOST_JOBS) return;
        (JobRequest memory job, address payer) = (_requestOf(kind, amount), _requester(who));
        uint256 way = who >> 8;
        if (way % 4 < 2) _requestAtOnce(job, payer, way % 4 == 0 ? payer : _requester(who + 1));
        else if (way % 4 == 2) _requestFromBalance(job, payer);
        else _relay(job);
    }

    function cancelAny(uint256 pick) external {
        (uint256 jobId, Job memory job) = _someJob(pick, JobStatus.Requested);
        if (jobId == 0 || !job.isDrawable()) return;
        vm.prank(job.requester);
        market.cancelJob(jobId);
        done["cancel"] += 1;
    }

    function subscribeAny(uint256 kind, uint256 who, uint256 amount) external {
        if (desk.subscriptionCount() >= 6) return;
        JobRequest memory job = _requestOf(kind, amount);
        job.fromBalance = who >> 8 == 0;
        uint256 runs = 1 + (amount % 3);
        vm.prank(_requester(who));
        uint256 value = job.token == ETHER && !job.fromBalance ? job.fee * runs : 0;
        _subscribed[desk.subscribe{value: value}(job, 60 + (amount % 100), runs)] = job;
        done["subscribe"] += 1;
    }

    function runAny(uint256 pick) external {
        uint256 count = desk.subscriptionCount();
        if (count == 0 || market.jobCount() >= MOST_JOBS) return;
        uint256 id = 1 + (pick % count);
        // A run takes what the desk holds for it, or the owner's own balance.
        _spender = _subscribed[id].fromBalance ? desk.subscriptionOf(id).owner : address(desk);
        desk.runSubscription(id, _subscribed[id]);
        done["run"] += 1;
    }

    function cancelSubscriptionAny(uint256 pick) public {
        uint256 count = desk.subscriptionCount();
        if (count == 0) return;
        uint256 id = 1 + (pick % count);
        if (desk.subscriptionOf(id).runsLeft == 0) return;
        _spender = address(desk);
        vm.prank(desk.subscriptionOf(id).owner);
        desk.cancelSubscription(id);
        done["cancel subscription"] += 1;
    }

    function depositAny(uint256 who, uint256 coin, uint96 amount) external {
        uint256 paid = 1 + (uint256(amount) % 1 ether);
        vm.prank(_requester(who));
        market.deposit{value: _coin(coin) == ETHER ? paid : 0}(_coin(coin), paid, _requester(who + 1));
        done["deposit"] += 1;
    }

    /// @dev Wallets that can pay in all currencies; a consumer that calls the market back.
    function _fundRequesters() internal {
        signer = vm.addr(SIGNER_KEY);
        gold = new VerimeshToken();
        consumer = new HostileConsumer();
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(market.withdraw, (ETHER, address(consumer)));
        calls[1] = abi.encodeCall(market.deposit, (ETHER, 0, address(consumer)));
        consumer.callWhenTold(address(market), calls);
        for (uint256 i = 0; i < REQUESTERS; ++i) {
            address requester = _requester(i);
            vm.deal(requester, 10_000 ether);
            for (uint256 c = 1; c < COINS; ++c) {
                VerimeshToken(_coin(c)).transfer(requester, 10_000 ether);
                vm.startPrank(requester);
                VerimeshToken(_coin(c)).approve(address(market), type(uint256).max);
                VerimeshToken(_coin(c)).approve(address(desk), type(uint256).max);
                vm.stopPrank();
            }
            vm.prank(requester);
            market.deposit{value: 20 ether}(ETHER, 20 ether, requester);
        }
    }

    function _requestOf(uint256 kind, uint256 amount) private view returns (JobRequest memory job) {
        if (kind % 6 < 3) job = etherRequest();
        else
            job =
                kind % 6 == 3
                    ? quorumRequest()
                    : kind % 6 == 4
                        ? provableRequest()
                        : juryRequest();
        job.token = _coin(kind >> 8);
        // Mostly enough for every ask, sometimes not; odd, so that roundings show.
        job.fee = amount % 5 == 0 ? 1 + (amount % FEE) : FEE + (amount % 1_000);
        if (kind % 7 == 0) job.inputCid = CID;
        if (kind % 4 == 0) (job.callback, job.callbackGasLimit) = (address(consumer), 200_000);
    }

    function _requestAtOnce(JobRequest memory job, address payer, address requester) private {
        vm.prank(payer);
        market.requestJobFor{value: job.token == ETHER ? job.fee : 0}(requester, job);
        done["request"] += 1;
    }

    function _requestFromBalance(JobRequest memory job, address payer) private {
        if (market.claimableOf(payer, job.token) < job.fee) return;
        job.fromBalance = true;
        _spender = payer;
        vm.prank(payer);
        market.requestJob(job);
        done["request from balance"] += 1;
    }

    function _relay(JobRequest memory job) private {
        job.fromBalance = job.token == ETHER;
        if (job.fromBalance && market.claimableOf(signer, ETHER) < job.fee) return;
        _spender = signer;
        SignedRequest memory wish = SignedRequest(signer, desk.nonces(signer), block.timestamp + 1, job);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, desk.digestOf(wish));
        Permit memory none;
        desk.relayRequest(wish, abi.encodePacked(r, s, v), none);
        done["relay"] += 1;
    }

    /// @dev The first job of a status from a random one on; 0 if there is none.
    function _someJob(uint256 pick, JobStatus status) internal view returns (uint256 jobId, Job memory job) {
        uint256 count = market.jobCount();
        for (uint256 i = 0; i < count; ++i) {
            jobId = 1 + (((pick % count) + i) % count);
            job = market.jobOf(jobId);
            if (job.status == status) return (jobId, job);
        }
        return (0, job);
    }

    /// @dev The same among those that a proof settles.
    function _someProofJob(uint256 pick, JobStatus status) internal view returns (uint256 jobId, Job memory job) {
        uint256 count = market.jobCount();
        for (uint256 i = 0; i < count; ++i) {
            jobId = 1 + (((pick % count) + i) % count);
            job = market.jobOf(jobId);
            if (job.status == status && job.policy == Policy.Proof) return (jobId, job);
        }
        return (0, job);
    }

    function _coin(uint256 coin) internal view returns (address) {
        return [ETHER, address(token), address(gold)][coin % COINS];
    }

    function _requester(uint256 who) internal view returns (address) {
        return [REQUESTER, OTHER, signer][who % REQUESTERS];
    }
}
