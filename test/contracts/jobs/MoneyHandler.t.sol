// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice What a fuzzer may do to the protocol, in any order: two requesters, two providers, ETH and a token. It keeps
/// its own books, which the invariants compare with the contracts'. (The fuzzer calls only contracts of `.t.sol` files.)
contract MoneyHandler is ProtocolFixture {
    address internal constant OTHER_REQUESTER = address(0x4E1);

    /// @notice How often a job was seen to end; more than once breaks the first promise of an escrow.
    mapping(uint256 jobId => uint256) public ends;
    mapping(bytes32 operation => uint256) public done;
    /// @notice Paid in and out per token, as seen from outside.
    mapping(address token => uint256) public paidIn;
    mapping(address token => uint256) public paidOut;

    function setUp() public override {
        super.setUp();
        vm.deal(OTHER_REQUESTER, 1_000 ether);
        token.transfer(OTHER_REQUESTER, 1_000 ether);
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(_requester(i));
            token.approve(address(market), type(uint256).max);
            vm.prank(_provider(i));
            token.approve(address(staking), type(uint256).max);
        }
    }

    function request(uint256 who, uint96 fee, bool inToken) external {
        address requester = _requester(who);
        JobRequest memory job = inToken ? tokenRequest(address(token)) : etherRequest();
        uint256 held = inToken ? token.balanceOf(requester) : requester.balance;
        if (held == 0) return;
        // Mostly small, so that the money lasts; odd amounts, so that roundings show.
        job.fee = 1 + (uint256(fee) % (held < 10 ether ? held : 10 ether));
        vm.prank(requester);
        market.requestJob{value: inToken ? 0 : job.fee}(job);
        paidIn[job.token] += job.fee;
        done["request"] += 1;
    }

    function claimAny(uint256 who, uint256 pick) external {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        address provider = _provider(who);
        if (jobId == 0 || block.timestamp > job.claimBefore || staking.freeStakeOf(provider) < BOND) return;
        vm.prank(provider);
        market.claimJob(jobId);
        done["claim"] += 1;
    }

    function submitAny(uint256 pick, uint256 output) external {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Assigned);
        if (jobId == 0 || block.timestamp > job.proveBefore) return;
        output %= ForgingKey.ORDER;
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, job.provider, output), 0);
        vm.prank(job.provider);
        market.submitProof(jobId, one(INPUT), one(output), proof);
        _ended(jobId, "settle");
    }

    function expireAny(uint256 pick) external {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Assigned);
        if (jobId == 0) return;
        if (block.timestamp <= job.proveBefore) vm.warp(job.proveBefore + 1);
        market.expireClaim(jobId);
        done["expire"] += 1;
        if (market.jobOf(jobId).status == JobStatus.Refunded) _ended(jobId, "expire to refund");
    }

    function refundAny(uint256 pick) external {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        if (jobId == 0 || block.timestamp <= job.claimBefore) return;
        market.refundJob(jobId);
        _ended(jobId, "refund");
    }

    function cancelAny(uint256 pick) external {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        if (jobId == 0) return;
        vm.prank(job.requester);
        market.cancelJob(jobId);
        _ended(jobId, "cancel");
    }

    function withdraw(uint256 who, bool inToken) external {
        address[6] memory accounts = [REQUESTER, OTHER_REQUESTER, PROVIDER, RIVAL, AUTHOR, TREASURY];
        address account = accounts[who % 6];
        address paid = inToken ? address(token) : ETHER;
        if (market.claimableOf(account, paid) == 0) return;
        vm.prank(account);
        paidOut[paid] += market.withdraw(paid, account);
        done["withdraw"] += 1;
    }

    function changeTerms(uint16 royaltyBps, uint16 protocolFeeBps) external {
        vm.prank(AUTHOR);
        models.setRoyalty(modelId, royaltyBps % 5_001);
        vm.prank(OWNER);
        market.setProtocolFee(protocolFeeBps % 1_001);
    }

    function stakeMore(uint256 who, uint96 amount) external {
        address provider = _provider(who);
        uint256 staked = 1 + (uint256(amount) % 500 ether);
        token.transfer(provider, staked);
        vm.prank(provider);
        staking.stake(staked);
        done["stake"] += 1;
    }

    function unstake(uint256 who, uint96 amount) external {
        address provider = _provider(who);
        uint256 free = staking.freeStakeOf(provider);
        if (free == 0) return;
        vm.prank(provider);
        staking.requestUnstake(1 + (uint256(amount) % free));
        done["unstake"] += 1;
    }

    function withdrawUnstaked(uint256 who) external {
        address provider = _provider(who);
        if (staking.accountOf(provider).unbonding == 0) return;
        uint256 readyAt = staking.accountOf(provider).unbondingReadyAt;
        if (block.timestamp < readyAt) vm.warp(readyAt);
        vm.prank(provider);
        staking.withdrawUnstaked();
        done["withdraw unstaked"] += 1;
    }

    function withdrawProceeds(uint256 who) external {
        address[3] memory accounts = [REQUESTER, OTHER_REQUESTER, TREASURY];
        address account = accounts[who % 3];
        if (staking.slashProceedsOf(account) == 0) return;
        vm.prank(account);
        staking.withdrawSlashProceeds();
        done["withdraw proceeds"] += 1;
    }

    function pass(uint16 elapsedSeconds) external {
        vm.warp(block.timestamp + (elapsedSeconds % 400));
    }

    function assertMoneyAccounted() external view {
        assertMarketSolvent(ETHER);
        assertMarketSolvent(address(token));
        vm.assertEq(paidIn[ETHER] - paidOut[ETHER], address(market).balance, "ether paid in and out");
        vm.assertEq(paidIn[address(token)] - paidOut[address(token)], token.balanceOf(address(market)), "token paid");
    }

    /// @dev Escrow and claimable balances, recomputed from the jobs and accounts themselves.
    function assertTotalsAreSums() external view {
        address[2] memory tokens = [ETHER, address(token)];
        address[6] memory accounts = [REQUESTER, OTHER_REQUESTER, PROVIDER, RIVAL, AUTHOR, TREASURY];
        for (uint256 t = 0; t < 2; ++t) {
            (uint256 escrow, uint256 claimable) = (0, 0);
            for (uint256 id = 1; id <= market.jobCount(); ++id) {
                Job memory job = market.jobOf(id);
                bool open = job.status == JobStatus.Requested || job.status == JobStatus.Assigned;
                if (open && job.token == tokens[t]) escrow += job.fee;
            }
            for (uint256 i = 0; i < 6; ++i) claimable += market.claimableOf(accounts[i], tokens[t]);
            vm.assertEq(escrow, market.openEscrowOf(tokens[t]), "open escrow");
            vm.assertEq(claimable, market.totalClaimableOf(tokens[t]), "claimable");
        }
    }

    function assertStakeAccounted() external view {
        address[5] memory accounts = [PROVIDER, RIVAL, REQUESTER, OTHER_REQUESTER, TREASURY];
        uint256 owed = 0;
        uint256 locked = 0;
        for (uint256 i = 0; i < 5; ++i) {
            owed += staking.accountOf(accounts[i]).active + staking.accountOf(accounts[i]).unbonding;
            owed += staking.slashProceedsOf(accounts[i]);
            locked += staking.accountOf(accounts[i]).locked;
        }
        vm.assertEq(owed, token.balanceOf(address(staking)), "stake holdings");
        uint256 assigned = 0;
        for (uint256 id = 1; id <= market.jobCount(); ++id) {
            if (market.jobOf(id).status == JobStatus.Assigned) ++assigned;
        }
        vm.assertEq(locked, assigned * BOND, "one bond per assigned job");
    }

    function assertJobsEndOnce() external view {
        for (uint256 id = 1; id <= market.jobCount(); ++id) {
            Job memory job = market.jobOf(id);
            bool over = job.status == JobStatus.Settled || job.status == JobStatus.Refunded;
            vm.assertEq(ends[id], over ? 1 : 0, "ends of a job");
            vm.assertTrue(job.attempts <= market.MAX_ATTEMPTS(), "attempts");
        }
    }

    function _ended(uint256 jobId, bytes32 how) private {
        ends[jobId] += 1;
        done[how] += 1;
    }

    /// @dev The first job of a status from a random one on; 0 if there is none.
    function _pick(uint256 pick, JobStatus status) private view returns (uint256 jobId, Job memory job) {
        uint256 count = market.jobCount();
        for (uint256 i = 0; i < count; ++i) {
            jobId = 1 + (((pick % count) + i) % count);
            job = market.jobOf(jobId);
            if (job.status == status) return (jobId, job);
        }
        return (0, job);
    }

    function _requester(uint256 who) private pure returns (address) {
        return who % 2 == 0 ? REQUESTER : OTHER_REQUESTER;
    }

    function _provider(uint256 who) private pure returns (address) {
        return who % 2 == 0 ? PROVIDER : RIVAL;
    }
}
