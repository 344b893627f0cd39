// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest, Payment} from "../../../contracts/interfaces/IJobMarket.sol";
import {IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {RecordingRequester} from "../../../contracts/mocks/Callbacks.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice What a policy's contract can do to a job of its policy, and that nobody else can do anything.
contract JobMarketPoliciesTest is ProtocolFixture {
    uint32 private constant WINDOW_SECONDS = 60;
    uint256 private quorumJob;
    uint256 private optimisticJob;
    RecordingRequester private consumer;

    function setUp() public override {
        super.setUp();
        consumer = new RecordingRequester();
        quorumJob = requestEther(_quorumRequest());
        optimisticJob = requestEther(_optimisticRequest());
    }

    function test_RefusesTermsThatDoNotFitThePolicy() public {
        _expectRefused(Policy.Proof, 1, 0, 0);
        _expectRefused(Policy.Proof, 0, 1, 0);
        _expectRefused(Policy.Proof, 0, 0, 1);
        _expectRefused(Policy.Quorum, 2, 2, WINDOW_SECONDS);
        _expectRefused(Policy.Quorum, 16, 9, WINDOW_SECONDS);
        _expectRefused(Policy.Quorum, 3, 1, WINDOW_SECONDS);
        _expectRefused(Policy.Quorum, 4, 2, WINDOW_SECONDS);
        _expectRefused(Policy.Quorum, 3, 4, WINDOW_SECONDS);
        // Whoever can be made to prove needs no jury.
        _expectRefused(Policy.Optimistic, 3, 2, WINDOW_SECONDS);
        _expectRefused(Policy.Optimistic, 0, 1, WINDOW_SECONDS);
    }

    function test_RefusesWindowsThatAreTooShortOrTooLong() public {
        uint32[3] memory durations = [uint32(0), 9, 30 days + 1];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IJobMarket.DurationInvalid.selector,
                uint256(durations[i]),
                10,
                30 days
            );
            JobRequest memory request = _quorumRequest();
            request.windowSeconds = durations[i];
            _expectRefused(request, refusal);
            request = _optimisticRequest();
            request.windowSeconds = durations[i];
            _expectRefused(request, refusal);
        }
    }

    function test_AQuorumHasNoOpenRound() public {
        JobRequest memory request = _quorumRequest();
        request.openSeconds = 1;
        _expectRefused(request, abi.encodeWithSelector(IJobMarket.DurationInvalid.selector, 1, 0, 0));
    }

    function test_AVersionWithoutACircuitNeedsAQuorumOrAJury() public {
        JobRequest memory request = etherRequest();
        request.modelId = registerModelWithoutCircuit();
        _expectRefused(request, abi.encodeWithSelector(IJobMarket.VersionHasNoCircuit.selector, request.modelId, 1));
        (request.policy, request.windowSeconds) = (Policy.Optimistic, WINDOW_SECONDS);
        _expectRefused(
            request,
            abi.encodeWithSelector(IJobMarket.PolicyTermsInvalid.selector, Policy.Optimistic, 0, 0, WINDOW_SECONDS)
        );
        (request.panelSize, request.quorum) = (3, 2);
        _serveBy(request.modelId, 5);
        requestEther(request);
        (request.policy, request.openSeconds) = (Policy.Quorum, 0);
        requestEther(request);
    }

    /// @dev The threat: a jury that can not decide gives the requester its fee back after it has read the answer: one that
    /// ties, that must be of one mind, or that lacks the providers.
    function test_RefusesAJuryThatNeedNotDecide() public {
        JobRequest memory request = _optimisticRequest();
        request.modelId = registerModelWithoutCircuit();
        _serveBy(request.modelId, 17);
        uint8[2][8] memory terms = [[1, 1], [2, 2], [3, 1], [3, 3], [4, 2], [4, 4], [15, 9], [16, 9]];
        for (uint256 i = 0; i < terms.length; ++i) {
            (request.panelSize, request.quorum) = (terms[i][0], terms[i][1]);
            _expectRefused(
                request,
                abi.encodeWithSelector(
                    IJobMarket.PolicyTermsInvalid.selector,
                    Policy.Optimistic,
                    uint256(request.panelSize),
                    uint256(request.quorum),
                    WINDOW_SECONDS
                )
            );
        }
        for (uint8 size = 3; size <= 15; ++size) {
            (request.panelSize, request.quorum) = (size, size / 2 + 1);
            requestEther(request);
        }
    }

    function test_RefusesAJuryThatTheProvidersDoNotMakeUp() public {
        JobRequest memory request = _optimisticRequest();
        request.modelId = registerModelWithoutCircuit();
        (request.panelSize, request.quorum) = (3, 2);
        _expectRefused(request, abi.encodeWithSelector(IProviderSelection.JuryTooLarge.selector, 3, 0));
        _serveBy(request.modelId, 4);
        _expectRefused(request, abi.encodeWithSelector(IProviderSelection.JuryTooLarge.selector, 3, 4));
        _serveBy(request.modelId, 5);
        requestEther(request);
        (request.panelSize, request.quorum) = (4, 3);
        _expectRefused(request, abi.encodeWithSelector(IProviderSelection.JuryTooLarge.selector, 4, 5));
        // A quorum's panel that can not be drawn costs nobody's work: it may be asked for.
        (request.policy, request.openSeconds) = (Policy.Quorum, 0);
        requestEther(request);
    }

    function test_RefusesEverybodyButThePolicysContract() public {
        address[5] memory callers = [address(this), REQUESTER, PROVIDER, ADMIN, address(market)];
        for (uint256 i = 0; i < callers.length; ++i) {
            _expectNotPolicyOf(quorumJob, callers[i], Policy.Quorum);
            _expectNotPolicyOf(optimisticJob, callers[i], Policy.Optimistic);
        }
        _expectNotPolicyOf(quorumJob, address(optimisticPolicy), Policy.Quorum);
        _expectNotPolicyOf(optimisticJob, address(quorumPolicy), Policy.Optimistic);
        // Jobs of the proof policy are nobody's: they end by proof, refund or cancellation alone.
        uint256 proofJob = requestAndAssign();
        for (uint256 i = 0; i < callers.length; ++i) _expectNotPolicyOf(proofJob, callers[i], Policy.Proof);
        _expectNotPolicyOf(proofJob, address(quorumPolicy), Policy.Proof);
        _expectNotPolicyOf(proofJob, address(optimisticPolicy), Policy.Proof);
    }

    /// @dev takeJob is the quorum's, announceResult the optimistic policy's.
    function test_RefusesAStepThatIsNotThePolicys() public {
        vm.expectRevert(_notPolicyOf(optimisticJob, address(optimisticPolicy), Policy.Optimistic));
        vm.prank(address(optimisticPolicy));
        market.takeJob(optimisticJob);
        vm.expectRevert(_notPolicyOf(quorumJob, address(quorumPolicy), Policy.Quorum));
        vm.prank(address(quorumPolicy));
        market.announceResult(quorumJob, PROVIDER, FEE, one(OUTPUT));
    }

    function test_RefusesToTakeAJobTwiceOrTooLate() public {
        uint256 late = requestEther(_quorumRequest());
        vm.startPrank(address(quorumPolicy));
        market.takeJob(quorumJob);
        vm.expectRevert(_notInStatus(quorumJob, JobStatus.Assigned, JobStatus.Requested));
        market.takeJob(quorumJob);
        vm.warp(block.timestamp + DRAW_SECONDS + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.DrawClosed.selector, late, block.timestamp - 1));
        market.takeJob(late);
        vm.stopPrank();
    }

    function test_RefusesToSettleOrFailWhatIsNotReady() public {
        Payment[] memory payments = new Payment[](0);
        vm.startPrank(address(quorumPolicy));
        bytes memory refusal = _notInStatus(quorumJob, JobStatus.Requested, JobStatus.Assigned);
        vm.expectRevert(refusal);
        market.settleJob(quorumJob, payments, one(OUTPUT));
        vm.expectRevert(refusal);
        market.failJob(quorumJob, EndReason.NoMajority);
        vm.stopPrank();
        assign(optimisticJob);
        vm.expectRevert(_notInStatus(optimisticJob, JobStatus.Assigned, JobStatus.Answered));
        vm.prank(address(optimisticPolicy));
        market.settleJob(optimisticJob, payments, one(OUTPUT));
    }

    function test_RefusesToPayMoreThanTheFee() public {
        vm.prank(address(quorumPolicy));
        market.takeJob(quorumJob);
        Payment[] memory payments = new Payment[](2);
        (payments[0], payments[1]) = (Payment(PROVIDER, FEE), Payment(RIVAL, 1));
        vm.prank(address(selection));
        staking.lockBond(PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.PaymentsExceedFee.selector, quorumJob, FEE + 1, FEE));
        vm.prank(address(quorumPolicy));
        market.settleJob(quorumJob, payments, one(OUTPUT));
        payments[0].price = type(uint256).max;
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.PaymentsExceedFee.selector, quorumJob, type(uint256).max, FEE)
        );
        vm.prank(address(quorumPolicy));
        market.settleJob(quorumJob, payments, one(OUTPUT));
    }

    function test_RefusesAnAnswerOfAnybodyButTheAssignedProviderInTime() public {
        assign(optimisticJob);
        vm.startPrank(address(optimisticPolicy));
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, optimisticJob, RIVAL, PROVIDER)
        );
        market.announceResult(optimisticJob, RIVAL, FEE, one(OUTPUT));
        uint256 deadline = block.timestamp + ANSWER_SECONDS;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.AnswerDeadlinePassed.selector, optimisticJob, deadline));
        market.announceResult(optimisticJob, PROVIDER, FEE, one(OUTPUT));
        vm.stopPrank();
    }

    function test_RefusesAnOpenAnswerBeforeTheOpenRoundOrBeyondTheFee() public {
        uint256 openBefore = block.timestamp + DRAW_SECONDS + OPEN_SECONDS;
        vm.startPrank(address(optimisticPolicy));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobNotOpen.selector, optimisticJob, openBefore));
        market.announceResult(optimisticJob, RIVAL, FEE, one(OUTPUT));
        vm.warp(openBefore);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.PaymentsExceedFee.selector, optimisticJob, FEE + 1, FEE));
        market.announceResult(optimisticJob, RIVAL, FEE + 1, one(OUTPUT));
        market.announceResult(optimisticJob, RIVAL, FEE, one(OUTPUT));
        vm.stopPrank();
        vm.assertEq(market.jobOf(optimisticJob).provider, RIVAL);
    }

    function test_AnAnswerIsToldAsProvisionalAndLaterAsFinal() public {
        assign(optimisticJob);
        vm.startPrank(address(optimisticPolicy));
        vm.expectEmit(address(market));
        emit IJobMarket.JobAnswered(optimisticJob, PROVIDER, block.timestamp + WINDOW_SECONDS, one(OUTPUT));
        market.announceResult(optimisticJob, PROVIDER, FEE, one(OUTPUT));
        vm.assertEq(consumer.provisionalJobId(), optimisticJob);
        vm.assertEq(consumer.calls(), 0);
        Job memory job = market.jobOf(optimisticJob);
        vm.assertTrue(job.status == JobStatus.Answered);
        vm.assertEq(job.deadline, block.timestamp + WINDOW_SECONDS);
        vm.expectRevert(_notInStatus(optimisticJob, JobStatus.Answered, JobStatus.Requested));
        market.announceResult(optimisticJob, PROVIDER, FEE, one(OUTPUT));

        Payment[] memory payments = new Payment[](1);
        payments[0] = Payment(PROVIDER, FEE);
        vm.expectEmit(address(market));
        emit IJobMarket.JobDecided(optimisticJob, modelId, Policy.Optimistic, one(OUTPUT));
        market.settleJob(optimisticJob, payments, one(OUTPUT));
        vm.stopPrank();
        vm.assertEq(consumer.jobId(), optimisticJob);
        vm.assertEq(consumer.calls(), 1);
        vm.assertEq(staking.poolOf(PROVIDER).locked, 0);
        assertMarketSolvent(ETHER);
    }

    function test_APanelIsPaidOutOfTheJobsOwnEscrow() public {
        vm.prank(address(quorumPolicy));
        market.takeJob(quorumJob);
        Payment[] memory payments = new Payment[](2);
        (payments[0], payments[1]) = (Payment(PROVIDER, 0.3 ether), Payment(RIVAL, 0.2 ether));
        vm.startPrank(address(selection));
        staking.lockBond(PROVIDER);
        staking.lockBond(RIVAL);
        vm.stopPrank();
        vm.prank(address(quorumPolicy));
        market.settleJob(quorumJob, payments, one(OUTPUT));

        vm.assertEq(market.claimableOf(PROVIDER, ETHER), 0.2625 ether);
        vm.assertEq(market.claimableOf(RIVAL, ETHER), 0.175 ether);
        vm.assertEq(market.claimableOf(AUTHOR, ETHER), 0.05 ether);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 0.5 ether);
        vm.assertEq(market.openEscrowOf(ETHER), FEE);
        vm.assertEq(staking.poolOf(PROVIDER).locked + staking.poolOf(RIVAL).locked, 0);
        assertMarketSolvent(ETHER);
    }

    function test_AJobThatFailsIsRefundedInFullOnce() public {
        vm.startPrank(address(quorumPolicy));
        market.takeJob(quorumJob);
        market.failJob(quorumJob, EndReason.NoMajority);
        vm.expectRevert(_notInStatus(quorumJob, JobStatus.Refunded, JobStatus.Assigned));
        market.failJob(quorumJob, EndReason.NoMajority);
        vm.stopPrank();
        assign(optimisticJob);
        vm.startPrank(address(optimisticPolicy));
        market.announceResult(optimisticJob, PROVIDER, FEE, one(OUTPUT));
        market.failJob(optimisticJob, EndReason.ChallengeLost);
        vm.stopPrank();
        vm.assertTrue(market.jobOf(quorumJob).reason == EndReason.NoMajority);
        vm.assertTrue(market.jobOf(optimisticJob).reason == EndReason.ChallengeLost);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 2 * FEE);
        vm.assertEq(consumer.calls(), 0);
        assertMarketSolvent(ETHER);
    }

    function test_NamesTheContractOfEachPolicy() public view {
        vm.assertEq(market.policyContractOf(Policy.Proof), address(market));
        vm.assertEq(market.policyContractOf(Policy.Quorum), address(quorumPolicy));
        vm.assertEq(market.policyContractOf(Policy.Optimistic), address(optimisticPolicy));
    }

    function _expectNotPolicyOf(uint256 jobId, address caller, Policy policy) private {
        bytes memory refusal = _notPolicyOf(jobId, caller, policy);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        market.takeJob(jobId);
        vm.expectRevert(refusal);
        market.announceResult(jobId, caller, FEE, one(OUTPUT));
        // As the market itself, which nobody can be, the next two would pass for a job of the proof policy.
        if (caller != address(market) || policy != Policy.Proof) {
            vm.expectRevert(refusal);
            market.settleJob(jobId, new Payment[](0), one(OUTPUT));
            vm.expectRevert(refusal);
            market.failJob(jobId, EndReason.NoMajority);
        }
        vm.stopPrank();
    }

    function _expectRefused(Policy policy, uint8 panelSize, uint8 quorum, uint32 windowSeconds) private {
        JobRequest memory request = etherRequest();
        (request.policy, request.panelSize, request.quorum) = (policy, panelSize, quorum);
        request.windowSeconds = windowSeconds;
        if (policy == Policy.Quorum) request.openSeconds = 0;
        _expectRefused(
            request,
            abi.encodeWithSelector(
                IJobMarket.PolicyTermsInvalid.selector,
                policy,
                uint256(panelSize),
                uint256(quorum),
                uint256(windowSeconds)
            )
        );
    }

    /// @dev Providers 0 to count - 1 serve it; those that do already stay.
    function _serveBy(uint256 servedModel, uint256 count) private {
        for (uint256 i = selection.providerCount(servedModel, 1); i < count; ++i) {
            address server = address(uint160(0x5E4B0000 + i));
            stakeFor(server, STAKE);
            serve(server, servedModel, ETHER, FEE);
        }
    }

    function _expectRefused(JobRequest memory request, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REQUESTER);
        market.requestJob{value: FEE}(request);
    }

    function _quorumRequest() private view returns (JobRequest memory request) {
        request = _optimisticRequest();
        (request.policy, request.panelSize, request.quorum) = (Policy.Quorum, 3, 2);
        request.openSeconds = 0;
    }

    function _optimisticRequest() private view returns (JobRequest memory request) {
        request = etherRequest();
        (request.policy, request.windowSeconds) = (Policy.Optimistic, WINDOW_SECONDS);
        (request.callback, request.callbackGasLimit) = (address(consumer), 300_000);
    }

    function _notPolicyOf(uint256 jobId, address caller, Policy policy) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarket.NotPolicyOf.selector, jobId, caller, policy);
    }

    function _notInStatus(uint256 jobId, JobStatus status, JobStatus expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, status, expected);
    }
}
