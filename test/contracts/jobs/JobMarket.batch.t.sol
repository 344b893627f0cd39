// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Delivery, IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {JobStatus} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketBatchTest is ProtocolFixture {
    uint256 private constant COUNT = 4;

    function test_RefusesAnEmptyBatch() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.BatchEmpty.selector));
        market.settleBatch(new Delivery[](0));
    }

    /// @dev The second of the two would be paid out of other jobs' escrow.
    function test_RefusesTheSameJobTwice() public {
        Delivery[] memory deliveries = _assigned(COUNT);
        deliveries[3] = deliveries[1];
        _expectRefused(
            deliveries,
            abi.encodeWithSelector(
                IJobMarket.JobNotInStatus.selector,
                deliveries[1].jobId,
                JobStatus.Settled,
                JobStatus.Assigned
            )
        );
    }

    function test_RefusesTheSameProofForTwoJobs() public {
        Delivery[] memory deliveries = _assigned(2);
        deliveries[1].proof = deliveries[0].proof;
        _expectRefused(deliveries, abi.encodeWithSelector(IJobMarket.BatchInvalid.selector));
    }

    /// @dev In the product of the plain equations the two would cancel.
    function test_RefusesProofsThatWereExchanged() public {
        Delivery[] memory deliveries = _assigned(COUNT);
        (deliveries[0].proof, deliveries[2].proof) = (deliveries[2].proof, deliveries[0].proof);
        _expectRefused(deliveries, abi.encodeWithSelector(IJobMarket.BatchInvalid.selector));
        _expectEachGoodOneSettlesAlone(deliveries, 2);
    }

    function test_RefusesAnswersThatWereExchanged() public {
        Delivery[] memory deliveries = _assigned(2);
        deliveries[0].outputWords = one(OUTPUT + 1);
        deliveries[1].outputWords = one(OUTPUT - 1);
        _expectRefused(deliveries, abi.encodeWithSelector(IJobMarket.BatchInvalid.selector));
    }

    function test_ABadProofLeavesAllJobsOpenAndEachGoodOneSettlesAlone() public {
        for (uint256 bad = 0; bad < COUNT; ++bad) {
            Delivery[] memory deliveries = _assigned(COUNT);
            deliveries[bad].proof[7] = Bn254.BASE_ORDER - deliveries[bad].proof[7];
            _expectRefused(deliveries, abi.encodeWithSelector(IJobMarket.BatchInvalid.selector));
            for (uint256 i = 0; i < COUNT; ++i) {
                vm.assertTrue(market.jobOf(deliveries[i].jobId).status == JobStatus.Assigned);
            }
            _expectEachGoodOneSettlesAlone(deliveries, 1);
            vm.warp(block.timestamp + ANSWER_SECONDS + 1);
            market.expireAssignment(deliveries[bad].jobId);
        }
        assertMarketSolvent(ETHER);
    }

    function test_RefusesTwoVersionsInOneBatch() public {
        Delivery[] memory deliveries = _assigned(2);
        address verifier = address(deployVerifier(3, 1));
        vm.prank(AUTHOR);
        models.publishVersion(modelId, CID, verifier, 1, 1);
        vm.startPrank(PROVIDER);
        selection.listModel(modelId, 2, true);
        selection.setAsk(modelId, 2, ETHER, true, FEE);
        vm.stopPrank();
        JobRequest memory request = etherRequest();
        request.version = 2;
        deliveries[1] = _assigned(request);
        _expectRefused(
            deliveries,
            abi.encodeWithSelector(IJobMarket.BatchVersionMismatch.selector, deliveries[1].jobId, modelId, 2)
        );
        uint256 other = registerModel(0);
        serve(PROVIDER, other, ETHER, FEE);
        request = etherRequest();
        request.modelId = other;
        deliveries[1] = _assigned(request);
        _expectRefused(
            deliveries,
            abi.encodeWithSelector(IJobMarket.BatchVersionMismatch.selector, deliveries[1].jobId, other, 1)
        );
    }

    function test_EachDeliveryIsCheckedAsOneAlone() public {
        Delivery[] memory deliveries = _assigned(2);
        deliveries[1].outputWords = new uint256[](2);
        _expectRefused(deliveries, abi.encodeWithSelector(IJobMarket.OutputWordCountMismatch.selector, 2, 1));
        deliveries[1].outputWords = one(OUTPUT + Bn254.SCALAR_ORDER);
        _expectRefused(deliveries, abi.encodeWithSelector(IJobMarket.BatchInvalid.selector));
        deliveries[1].outputWords = one(OUTPUT);
        deliveries[1].inputWords = one(INPUT + 1);
        bytes32 given = keccak256(abi.encodePacked(one(INPUT + 1)));
        bytes32 expected = keccak256(abi.encodePacked(one(INPUT)));
        uint256 jobId = deliveries[1].jobId;
        _expectRefused(
            deliveries,
            abi.encodeWithSelector(IJobMarket.InputWordsMismatch.selector, jobId, given, expected)
        );
        deliveries[1].inputWords = one(INPUT);
        bytes memory refusal = abi.encodeWithSelector(
            IJobMarket.NotAssignedProvider.selector,
            deliveries[0].jobId,
            RIVAL,
            PROVIDER
        );
        vm.expectRevert(refusal);
        vm.prank(RIVAL);
        market.settleBatch(deliveries);
        uint256 deadline = market.jobOf(deliveries[0].jobId).deadline;
        vm.warp(deadline + 1);
        _expectRefused(
            deliveries,
            abi.encodeWithSelector(IJobMarket.AnswerDeadlinePassed.selector, deliveries[0].jobId, deadline)
        );
    }

    function test_SettlesAllAndPaysEachAsOneAlone() public {
        Delivery[] memory deliveries = _assigned(COUNT);
        address verifier = models.versionOf(modelId, 1).verifier;
        for (uint256 i = 0; i < COUNT; ++i) {
            Delivery memory delivery = deliveries[i];
            vm.expectEmit(address(market));
            emit IJobMarket.JobSettled(
                delivery.jobId,
                modelId,
                PROVIDER,
                verifier,
                delivery.outputWords,
                delivery.inputWords,
                delivery.proof
            );
            vm.expectEmit(address(market));
            emit IJobMarket.FeePaid(delivery.jobId, PROVIDER, AUTHOR, 0.875 ether, 0.1 ether, 0.025 ether, 0);
        }
        vm.prank(PROVIDER);
        market.settleBatch(deliveries);
        for (uint256 i = 0; i < COUNT; ++i) {
            vm.assertTrue(market.jobOf(deliveries[i].jobId).status == JobStatus.Settled);
        }
        vm.assertEq(market.claimableOf(PROVIDER, ETHER), COUNT * 0.875 ether);
        vm.assertEq(market.openEscrowOf(ETHER), 0);
        vm.assertEq(staking.poolOf(PROVIDER).locked, 0);
        assertMarketSolvent(ETHER);
    }

    /// @dev Assigned jobs and such of the open round may come together: bonds are released where there are any.
    function test_SettlesAssignedAndOpenJobsTogether() public {
        uint256 open = requestEther();
        vm.warp(block.timestamp + DRAW_SECONDS + 1);
        Delivery[] memory deliveries = _assigned(2);
        deliveries[0] = Delivery(open, one(INPUT), one(OUTPUT), proofOf(open, PROVIDER));
        uint256 left = requestAndAssign();
        vm.prank(PROVIDER);
        market.settleBatch(deliveries);
        vm.assertTrue(market.jobOf(open).status == JobStatus.Settled);
        // `left` and the first of the two that were assigned still run.
        vm.assertEq(staking.poolOf(PROVIDER).locked, 2 * BOND);
        vm.assertTrue(market.jobOf(left).status == JobStatus.Assigned);
        assertMarketSolvent(ETHER);
    }

    function _assigned(uint256 count) private returns (Delivery[] memory deliveries) {
        deliveries = new Delivery[](count);
        for (uint256 i = 0; i < count; ++i) deliveries[i] = _assigned(etherRequest());
    }

    /// @dev A proof for the key of seed 0, whatever the version: what is refused here is refused before it is read.
    function _assigned(JobRequest memory request) private returns (Delivery memory) {
        uint256 jobId = requestEther(request);
        assign(jobId);
        return Delivery(jobId, one(INPUT), one(OUTPUT), proofOf(jobId, PROVIDER));
    }

    function _expectRefused(Delivery[] memory deliveries, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(PROVIDER);
        market.settleBatch{gas: 10_000_000}(deliveries);
    }

    function _expectEachGoodOneSettlesAlone(Delivery[] memory deliveries, uint256 bad) private {
        uint256 settled = 0;
        for (uint256 i = 0; i < deliveries.length; ++i) {
            Delivery memory delivery = deliveries[i];
            vm.prank(PROVIDER);
            try
                market.submitProof{gas: 3_000_000}(
                    delivery.jobId,
                    delivery.inputWords,
                    delivery.outputWords,
                    delivery.proof
                )
            {
                ++settled;
            } catch {}
        }
        vm.assertEq(settled, deliveries.length - bad);
        assertMarketSolvent(ETHER);
    }
}
