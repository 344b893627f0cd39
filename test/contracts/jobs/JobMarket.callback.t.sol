// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Delivery, IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {
    GasBurningCallback,
    RecordingRequester,
    ReentrantCallback,
    ReturnBombCallback,
    RevertingCallback
} from "../../../contracts/mocks/Callbacks.sol";
import {JobStatus} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketCallbackTest is ProtocolFixture {
    uint32 private constant CALLBACK_GAS = 200_000;

    function test_ARevertingCallbackDoesNotBlockTheSettlement() public {
        _expectSettledThough(address(new RevertingCallback()), CALLBACK_GAS);
    }

    function test_AGasBurningCallbackCostsItsLimitAndNoMore() public {
        uint256 gasUsed = _expectSettledThough(address(new GasBurningCallback()), CALLBACK_GAS);
        vm.assertTrue(gasUsed > CALLBACK_GAS && gasUsed < CALLBACK_GAS + 450_000);
    }

    /// @dev Making the bomb costs 95,000 gas, the callee's own; copying it would cost the provider as much again.
    function test_AReturnBombIsNotCopied() public {
        address small = address(new RevertingCallback());
        _settleWith(small, CALLBACK_GAS, false);
        uint256 gasUsed = _settleWith(small, CALLBACK_GAS, false);
        uint256 gasUsedWithBomb = _settleWith(address(new ReturnBombCallback()), CALLBACK_GAS, true);
        vm.assertTrue(gasUsedWithBomb > gasUsed + 80_000);
        vm.assertTrue(gasUsedWithBomb < gasUsed + 120_000);
    }

    /// @dev The market calls with rights that others do not have: over bonds, and over its own tokens.
    function test_ACallbackAimedAtTheProtocolItselfDoesNothing() public {
        address[4] memory targets = [address(market), address(staking), address(models), address(token)];
        for (uint256 i = 0; i < targets.length; ++i) _expectSettledThough(targets[i], CALLBACK_GAS);
    }

    function test_ACallbackWithTooLittleGasFailsAlone() public {
        _expectSettledThough(address(new RecordingRequester()), 1);
    }

    function test_TheCallbackGetsItsLimitOrTheSubmissionReverts() public {
        RecordingRequester requester = new RecordingRequester();
        uint32 limit = 500_000;
        uint256 jobId = _requestWith(address(requester), limit);
        assign(jobId);
        bytes memory data = abi.encodeCall(
            IJobMarket.submitProof,
            (jobId, one(INPUT), one(OUTPUT), proofOf(jobId, PROVIDER))
        );
        // From far too little gas upwards: the first submission that succeeds has given the callback all of its limit.
        bool settled = false;
        for (uint256 gasLimit = 300_000; !settled; gasLimit += 10_000) {
            vm.assertTrue(gasLimit < 1_500_000, "never settled");
            vm.prank(PROVIDER);
            (settled, ) = address(market).call{gas: gasLimit}(data);
        }
        vm.assertEq(requester.jobId(), jobId);
        // What the callee's dispatch took before it looked.
        vm.assertTrue(requester.gasAtStart() > limit - 1_000);
    }

    function test_TooLittleGasForTheCallbackIsNamed() public {
        uint256 jobId = _requestWith(address(new RecordingRequester()), 1_000_000);
        assign(jobId);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.prank(PROVIDER);
        (bool success, bytes memory refusal) = address(market).call{gas: 1_200_000}(
            abi.encodeCall(IJobMarket.submitProof, (jobId, one(INPUT), one(OUTPUT), proof))
        );
        vm.assertFalse(success);
        vm.assertEq(bytes32(bytes4(refusal)), bytes32(IJobMarket.CallbackGasUnavailable.selector));
        vm.assertTrue(market.jobOf(jobId).status == JobStatus.Assigned);
    }

    function test_TheMarketIsLockedDuringTheCallback() public {
        bytes[10] memory calls = [
            abi.encodeCall(IJobMarket.withdraw, (ETHER, REQUESTER)),
            abi.encodeCall(IJobMarket.deposit, (ETHER, 0, REQUESTER)),
            abi.encodeCall(IJobMarket.transferBalance, (REQUESTER, ETHER, 0)),
            abi.encodeCall(IJobMarket.multicall, (new bytes[](0))),
            abi.encodeCall(IJobMarket.cancelJob, (1)),
            abi.encodeCall(IJobMarket.assignJob, (1, "")),
            abi.encodeCall(IJobMarket.expireAssignment, (1)),
            abi.encodeCall(IJobMarket.submitProof, (1, one(INPUT), one(OUTPUT), proofOf(1, PROVIDER))),
            abi.encodeCall(IJobMarket.settleBatch, (new Delivery[](0))),
            abi.encodeCall(IJobMarket.requestJob, (etherRequest()))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            ReentrantCallback attacker = new ReentrantCallback();
            attacker.callDuringResult(calls[i]);
            uint256 jobId = _requestWith(address(attacker), CALLBACK_GAS);
            assign(jobId);
            submit(jobId);
            vm.assertFalse(attacker.entered());
            vm.assertEq(
                attacker.refusal(),
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
            );
            assertMarketSolvent(ETHER);
        }
    }

    /// @dev In a batch, too, all are paid before the first is called back.
    function test_EveryoneIsPaidBeforeTheFirstCallbackOfABatch() public {
        ReentrantCallback witness = new ReentrantCallback();
        witness.callDuringResult(abi.encodeCall(IJobMarket.claimableOf, (PROVIDER, ETHER)));
        uint256[2] memory jobs = [_requestWith(address(witness), CALLBACK_GAS), requestEther()];
        Delivery[] memory deliveries = new Delivery[](2);
        for (uint256 i = 0; i < 2; ++i) {
            assign(jobs[i]);
            deliveries[i] = Delivery(jobs[i], one(INPUT), one(OUTPUT), proofOf(jobs[i], PROVIDER));
        }
        vm.prank(PROVIDER);
        market.settleBatch(deliveries);
        vm.assertTrue(witness.entered());
        vm.assertEq(abi.decode(witness.refusal(), (uint256)), 2 * 0.875 ether);
    }

    function test_ABatchSettlesThoughItsCallbacksFail() public {
        address[3] memory callbacks = [
            address(new RevertingCallback()),
            address(new GasBurningCallback()),
            address(new ReturnBombCallback())
        ];
        Delivery[] memory deliveries = new Delivery[](3);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 jobId = _requestWith(callbacks[i], CALLBACK_GAS);
            assign(jobId);
            deliveries[i] = Delivery(jobId, one(INPUT), one(OUTPUT), proofOf(jobId, PROVIDER));
        }
        vm.prank(PROVIDER);
        market.settleBatch(deliveries);
        vm.assertEq(market.openEscrowOf(ETHER), 0);
        assertMarketSolvent(ETHER);
    }

    function test_TheCallbackHearsAProofOnceAndAsFinal() public {
        RecordingRequester requester = new RecordingRequester();
        uint256 jobId = _requestWith(address(requester), CALLBACK_GAS);
        assign(jobId);
        submit(jobId);
        vm.assertEq(requester.calls(), 1);
        vm.assertEq(requester.provisionalJobId(), 0);
    }

    function test_EveryoneIsPaidBeforeTheCallback() public {
        ReentrantCallback witness = new ReentrantCallback();
        witness.callDuringResult(abi.encodeCall(IJobMarket.claimableOf, (PROVIDER, ETHER)));
        uint256 jobId = _requestWith(address(witness), CALLBACK_GAS);
        assign(jobId);
        submit(jobId);
        vm.assertTrue(witness.entered());
        vm.assertEq(abi.decode(witness.refusal(), (uint256)), 0.875 ether);
    }

    function test_AContractRequesterGetsTheAnswerFromTheMarket() public {
        RecordingRequester requester = new RecordingRequester();
        JobRequest memory request = etherRequest();
        (request.callback, request.callbackGasLimit) = (address(requester), CALLBACK_GAS);
        vm.deal(address(this), FEE);
        uint256 jobId = requester.request{value: FEE}(market, request);
        assign(jobId);
        submit(jobId);
        vm.assertEq(requester.caller(), address(market));
        vm.assertEq(requester.jobId(), jobId);
        vm.assertEq(requester.words(0), OUTPUT);
    }

    function test_AContractRequesterWithoutCallbackWorks() public {
        RecordingRequester requester = new RecordingRequester();
        vm.deal(address(this), FEE);
        uint256 jobId = requester.request{value: FEE}(market, etherRequest());
        assign(jobId);
        submit(jobId);
        vm.assertEq(requester.jobId(), 0);
        vm.assertTrue(market.jobOf(jobId).status == JobStatus.Settled);
    }

    function test_AContractRequesterWithdrawsItsRefund() public {
        RecordingRequester requester = new RecordingRequester();
        vm.deal(address(this), FEE);
        uint256 jobId = requester.request{value: FEE}(market, etherRequest());
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS + 1);
        market.refundJob(jobId);
        requester.withdraw(market, ETHER);
        vm.assertEq(address(requester).balance, FEE);
        assertMarketSolvent(ETHER);
    }

    function _requestWith(address callback, uint32 gasLimit) private returns (uint256) {
        JobRequest memory request = etherRequest();
        (request.callback, request.callbackGasLimit) = (callback, gasLimit);
        return requestEther(request);
    }

    function _expectSettledThough(address callback, uint32 gasLimit) private returns (uint256) {
        return _settleWith(callback, gasLimit, false);
    }

    function _settleWith(address callback, uint32 gasLimit, bool success) private returns (uint256 gasUsed) {
        uint256 jobId = _requestWith(callback, gasLimit);
        assign(jobId);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.prank(PROVIDER);
        vm.expectEmit(address(market));
        emit IJobMarket.CallbackExecuted(jobId, callback, success);
        uint256 gasBefore = gasleft();
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
        gasUsed = gasBefore - gasleft();
        vm.assertTrue(market.jobOf(jobId).status == JobStatus.Settled);
        vm.assertEq(market.openEscrowOf(ETHER), 0);
        assertMarketSolvent(ETHER);
    }
}
