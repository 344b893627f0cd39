// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Delivery, IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {EndReason, Job, JobStatus} from "../../../contracts/types/Job.sol";
import {StakePosition} from "../../../contracts/interfaces/IProviderStaking.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice What a fuzzer may do to the protocol, in any order: two requesters, two providers, ETH and a token. It keeps
/// its own books, which the invariants compare with the contracts'. (The fuzzer calls only contracts of `.t.sol` files.)
contract MoneyHandler is ProtocolFixture {
    address internal constant OTHER_REQUESTER = address(0x4E1);
    address internal constant THIEF = address(0x7417);
    uint256 internal constant ACCOUNTS = 8;
    /// @dev The first of the accounts act by themselves; the last is the staking contract, with its delegators' share.
    uint256 internal constant ACTORS = 7;

    /// @notice How often a job was seen to end; more than once breaks the first promise of an escrow.
    mapping(uint256 jobId => uint256) public ends;
    mapping(bytes32 operation => uint256) public done;
    /// @notice Paid in and out per token, as seen from outside.
    mapping(address token => uint256) public paidIn;
    mapping(address token => uint256) public paidOut;

    /// @notice What each account's claimable balance should be: nobody's falls but by its own doing.
    mapping(address account => mapping(address token => uint256)) public floorOf;

    /// @notice What an operation broke. Kept and not asserted: a campaign takes an operation that reverts for a refusal.
    bool public aBalanceFell;
    bool public aTheftWorked;
    bool public aRestWasLost;

    /// @dev Whatever an operation does, it takes from nobody's balance but the one that it is about.
    modifier takesFrom(address account) {
        _keepFloors();
        _;
        _compareFloors(account);
    }

    function setUp() public virtual override {
        super.setUp();
        vm.deal(OTHER_REQUESTER, 1_000 ether);
        token.transfer(OTHER_REQUESTER, 1_000 ether);
        serve(PROVIDER, address(token), 0.7 ether);
        serve(RIVAL, ETHER, 1_001);
        serve(RIVAL, address(token), 2 ether + 1);
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(_requester(i));
            token.approve(address(market), type(uint256).max);
            vm.prank(_provider(i));
            token.approve(address(staking), type(uint256).max);
        }
    }

    // Requesters

    function request(uint256 who, uint96 fee, bool inToken) external takesFrom(address(0)) {
        address requester = _requester(who);
        (JobRequest memory job, uint256 held) = _affordable(requester, fee, inToken);
        if (held == 0) return;
        vm.prank(requester);
        market.requestJob{value: inToken ? 0 : job.fee}(job);
        paidIn[job.token] += job.fee;
        done["request"] += 1;
    }

    function requestFor(uint256 who, uint96 fee, bool inToken) external takesFrom(address(0)) {
        address payer = _requester(who);
        (JobRequest memory job, uint256 held) = _affordable(payer, fee, inToken);
        if (held == 0) return;
        vm.prank(payer);
        market.requestJobFor{value: inToken ? 0 : job.fee}(_requester(who + 1), job);
        paidIn[job.token] += job.fee;
        done["request for"] += 1;
    }

    /// @dev Anybody's balance pays, a provider's and the author's too.
    function requestFromBalance(uint256 who, uint96 fee, bool inToken) external takesFrom(_account(who % ACTORS)) {
        address payer = _account(who % ACTORS);
        JobRequest memory job = inToken ? tokenRequest(address(token)) : etherRequest();
        uint256 balance = market.claimableOf(payer, job.token);
        if (balance == 0) return;
        (job.fromBalance, job.fee) = (true, 1 + (uint256(fee) % balance));
        vm.prank(payer);
        market.requestJobFor(_requester(who), job);
        done["request from balance"] += 1;
    }

    /// @dev Two requests out of one payment, and what is left stays with the payer.
    function requestTwo(uint256 who, uint96 fee, uint16 more) external takesFrom(_requester(who)) {
        address requester = _requester(who);
        (JobRequest memory job, uint256 held) = _affordable(requester, fee, false);
        uint256 value = 2 * job.fee + more;
        if (held < value) return;
        job.fromBalance = true;
        bytes[] memory calls = new bytes[](2);
        calls[0] = calls[1] = abi.encodeCall(IJobMarket.requestJob, (job));
        uint256 before = market.claimableOf(requester, ETHER);
        vm.prank(requester);
        market.multicall{value: value}(calls);
        if (market.claimableOf(requester, ETHER) != before + more) aRestWasLost = true;
        paidIn[ETHER] += value;
        done["multicall"] += 1;
    }

    function cancelAny(uint256 pick) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        if (jobId == 0 || block.timestamp > job.deadline) return;
        vm.prank(job.requester);
        market.cancelJob(jobId);
        _ended(jobId, "cancel");
    }

    // Providers

    function assignAny(uint256 pick, uint256 prevrandao) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        if (jobId == 0 || block.timestamp > job.deadline) return;
        assign(jobId, prevrandao);
        done[market.jobOf(jobId).status == JobStatus.Assigned ? bytes32("assign") : bytes32("draw again")] += 1;
    }

    function submitAny(uint256 pick, uint256 output) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Assigned);
        if (jobId == 0 || block.timestamp > job.deadline) return;
        _submit(jobId, job.provider, output);
        _ended(jobId, "settle");
    }

    /// @dev In the open round.
    function submitOpen(uint256 who, uint256 pick, uint256 output) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        address provider = _provider(who);
        (, uint256 ask) = selection.askOf(provider, modelId, 1, job.token);
        if (jobId == 0 || ask > job.fee) return;
        if (block.timestamp <= job.deadline) vm.warp(uint256(job.deadline) + 1);
        if (!job.isOpen()) return;
        _submit(jobId, provider, output);
        _ended(jobId, "settle open");
    }

    /// @dev All assigned jobs of one provider, as many as a batch of four holds.
    function submitBatch(uint256 who, uint256 output) external takesFrom(address(0)) {
        address provider = _provider(who);
        Delivery[] memory found = new Delivery[](4);
        uint256 count = 0;
        for (uint256 id = 1; id <= market.jobCount() && count < 4; ++id) {
            Job memory job = market.jobOf(id);
            bool running = job.status == JobStatus.Assigned && block.timestamp <= job.deadline;
            if (!running || job.provider != provider) continue;
            found[count++] = _deliveryOf(id, provider, output);
        }
        if (count < 2) return;
        Delivery[] memory deliveries = new Delivery[](count);
        for (uint256 i = 0; i < count; ++i) deliveries[i] = found[i];
        vm.prank(provider);
        market.settleBatch(deliveries);
        for (uint256 i = 0; i < count; ++i) _ended(deliveries[i].jobId, "settle in batch");
    }

    function declineAny(uint256 pick, uint8 reason) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Assigned);
        if (jobId == 0 || block.timestamp > job.deadline || selection.declinesLeft(job.provider) == 0) return;
        vm.prank(job.provider);
        market.declineJob(jobId, EndReason(uint256(EndReason.ContentUnavailable) + (reason % 3)));
        done["decline"] += 1;
    }

    function expireAny(uint256 pick) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Assigned);
        if (jobId == 0) return;
        if (block.timestamp <= job.deadline) vm.warp(uint256(job.deadline) + 1);
        market.expireAssignment(jobId);
        done["expire"] += 1;
    }

    function refundAny(uint256 pick) external takesFrom(address(0)) {
        (uint256 jobId, Job memory job) = _pick(pick, JobStatus.Requested);
        if (jobId == 0 || block.timestamp <= uint256(job.deadline) + job.openSeconds) return;
        market.refundJob(jobId);
        _ended(jobId, "refund");
    }

    // Thieves: each of these must be refused

    function steal(uint256 who, uint256 pick, uint256 how) external takesFrom(address(0)) {
        address thief = who % 2 == 0 ? THIEF : _account(who % ACTORS);
        (uint256 jobId, Job memory job) = _pick(pick, how % 2 == 0 ? JobStatus.Assigned : JobStatus.Settled);
        if (jobId == 0 || thief == job.provider || thief == job.requester) return;
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, job.provider, OUTPUT), 0);
        bytes[6] memory attempts = [
            abi.encodeCall(IJobMarket.submitProof, (jobId, one(INPUT), one(OUTPUT), proof)),
            abi.encodeCall(IJobMarket.cancelJob, (jobId)),
            abi.encodeCall(IJobMarket.refundJob, (jobId)),
            abi.encodeCall(IJobMarket.declineJob, (jobId, EndReason.ProviderDeclined)),
            abi.encodeCall(IJobMarket.failJob, (jobId, EndReason.NoMajority)),
            abi.encodeCall(IJobMarket.requestJobFrom, (REQUESTER, tokenRequest(address(token))))
        ];
        vm.prank(thief);
        (bool stolen, ) = address(market).call(attempts[how % 6]);
        if (stolen) aTheftWorked = true;
        else done["theft refused"] += 1;
    }

    // Balances

    function deposit(uint256 who, uint96 amount, bool inToken, uint256 to) external takesFrom(address(0)) {
        address payer = _requester(who);
        (JobRequest memory job, uint256 held) = _affordable(payer, amount, inToken);
        if (held == 0) return;
        vm.prank(payer);
        market.deposit{value: inToken ? 0 : job.fee}(job.token, job.fee, _account(to));
        paidIn[job.token] += job.fee;
        done["deposit"] += 1;
    }

    function give(uint256 who, uint96 amount, bool inToken, uint256 to) external takesFrom(_account(who % ACTORS)) {
        address paid = inToken ? address(token) : ETHER;
        uint256 balance = market.claimableOf(_account(who % ACTORS), paid);
        vm.prank(_account(who % ACTORS));
        market.transferBalance(_account(to), paid, uint256(amount) % (balance + 1));
        done["give"] += 1;
    }

    function withdraw(uint256 who, bool inToken) external takesFrom(_account(who % ACTORS)) {
        address account = _account(who % ACTORS);
        address paid = inToken ? address(token) : ETHER;
        if (market.claimableOf(account, paid) == 0) return;
        vm.prank(account);
        paidOut[paid] += market.withdraw(paid, account);
        done["withdraw"] += 1;
    }

    // What changes meanwhile

    function changeTerms(uint16 royaltyBps, uint16 protocolFeeBps) external {
        vm.prank(AUTHOR);
        models.setRoyalty(modelId, royaltyBps % 5_001);
        vm.prank(ADMIN);
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
        staking.requestUnstake(provider, 1 + (uint256(amount) % free));
        done["unstake"] += 1;
    }

    function withdrawUnstaked(uint256 who) external {
        address provider = _provider(who);
        StakePosition memory position = staking.positionOf(provider, provider);
        if (position.unbonding == 0) return;
        if (block.timestamp < position.unbondingReadyAt) vm.warp(position.unbondingReadyAt);
        vm.prank(provider);
        try staking.withdrawUnstaked(provider) {
            done["withdraw unstaked"] += 1;
        } catch {
            // Bonds of running jobs hold it still.
        }
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

    function assertNoOperationBrokeAnything() external view {
        vm.assertTrue(!aBalanceFell, "a balance fell by somebody else's doing");
        vm.assertTrue(!aTheftWorked, "a theft worked");
        vm.assertTrue(!aRestWasLost, "rest of a multicall");
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
        for (uint256 t = 0; t < 2; ++t) {
            (uint256 escrow, uint256 claimable) = (0, 0);
            for (uint256 id = 1; id <= market.jobCount(); ++id) {
                Job memory job = market.jobOf(id);
                bool over = job.status == JobStatus.Settled || job.status == JobStatus.Refunded;
                if (!over && job.token == tokens[t]) escrow += job.fee;
            }
            for (uint256 i = 0; i < ACCOUNTS; ++i) claimable += market.claimableOf(_account(i), tokens[t]);
            vm.assertEq(escrow, market.openEscrowOf(tokens[t]), "open escrow");
            vm.assertEq(claimable, market.totalClaimableOf(tokens[t]), "claimable");
        }
    }

    function assertStakeAccounted() external view {
        uint256 owed = 0;
        uint256 locked = 0;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            address account = _account(i);
            owed += staking.poolOf(account).assets + staking.poolOf(account).unbondingAssets;
            owed += staking.slashProceedsOf(account);
            locked += staking.poolOf(account).locked;
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

    function _affordable(
        address payer,
        uint96 fee,
        bool inToken
    ) private view returns (JobRequest memory job, uint256 held) {
        job = inToken ? tokenRequest(address(token)) : etherRequest();
        held = inToken ? token.balanceOf(payer) : payer.balance;
        // Mostly small, so that the money lasts; odd amounts, so that roundings show.
        if (held != 0) job.fee = 1 + (uint256(fee) % (held < 10 ether ? held : 10 ether));
    }

    function _deliveryOf(uint256 jobId, address provider, uint256 output) private view returns (Delivery memory) {
        output %= ForgingKey.ORDER;
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, provider, output), 0);
        return Delivery(jobId, one(INPUT), one(output), proof);
    }

    function _submit(uint256 jobId, address provider, uint256 output) private {
        Delivery memory delivery = _deliveryOf(jobId, provider, output);
        vm.prank(provider);
        market.submitProof(jobId, delivery.inputWords, delivery.outputWords, delivery.proof);
    }

    function _keepFloors() private {
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            address account = _account(i);
            floorOf[account][ETHER] = market.claimableOf(account, ETHER);
            floorOf[account][address(token)] = market.claimableOf(account, address(token));
        }
    }

    function _compareFloors(address but) private {
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            address account = _account(i);
            if (account == but) continue;
            bool kept = market.claimableOf(account, ETHER) >= floorOf[account][ETHER];
            kept = kept && market.claimableOf(account, address(token)) >= floorOf[account][address(token)];
            if (!kept) aBalanceFell = true;
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

    /// @dev Everybody who can have a balance.
    function _account(uint256 who) internal view returns (address) {
        address[8] memory accounts = [
            REQUESTER,
            OTHER_REQUESTER,
            PROVIDER,
            RIVAL,
            AUTHOR,
            TREASURY,
            THIEF,
            address(staking)
        ];
        return accounts[who % 8];
    }

    function _requester(uint256 who) private pure returns (address) {
        return who % 2 == 0 ? REQUESTER : OTHER_REQUESTER;
    }

    function _provider(uint256 who) private pure returns (address) {
        return who % 2 == 0 ? PROVIDER : RIVAL;
    }
}
