// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {BlockHeader} from "../../helpers/BlockHeader.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketAssignTest is ProtocolFixture {
    function test_RefusesAJobThatIsNotRequested() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobUnknown.selector, 1));
        market.assignJob(1, "");
        uint256 jobId = requestAndAssign();
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, JobStatus.Assigned, JobStatus.Requested)
        );
        market.assignJob(jobId, "");
    }

    function test_TheDrawIncludesItsLastSecond() public {
        uint256 jobId = requestEther();
        bytes memory header = headerFor(jobId, 1);
        uint256 drawBefore = block.timestamp + DRAW_SECONDS;
        vm.warp(drawBefore + 1);
        bytes memory refusal = abi.encodeWithSelector(IJobMarket.DrawClosed.selector, jobId, drawBefore);
        vm.expectRevert(refusal);
        market.assignJob(jobId, header);
        vm.expectRevert(refusal);
        market.previewAssignment(jobId, header);
        vm.warp(drawBefore);
        market.assignJob(jobId, header);
        // The whole time to answer, even when it ends after the draws.
        vm.assertEq(market.jobOf(jobId).deadline, drawBefore + ANSWER_SECONDS);
    }

    function test_RefusesAJobWhosePanelItsPolicyDraws() public {
        JobRequest memory request = etherRequest();
        (request.policy, request.panelSize, request.quorum) = (Policy.Quorum, 3, 2);
        (request.openSeconds, request.windowSeconds) = (0, 60);
        uint256 jobId = requestEther(request);
        bytes memory header = headerFor(jobId, 1);
        bytes memory refusal = abi.encodeWithSelector(IJobMarket.DrawnByPolicy.selector, jobId, Policy.Quorum);
        vm.expectRevert(refusal);
        market.assignJob(jobId, header);
        vm.expectRevert(refusal);
        market.previewAssignment(jobId, header);
    }

    function test_RefusesToDrawBeforeTheRandomnessIsKnown() public {
        uint256 jobId = requestEther();
        uint256 seedBlock = block.number + selection.SEED_DELAY_BLOCKS();
        bytes memory header = BlockHeader.encode(seedBlock, 1);
        vm.roll(seedBlock);
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.DrawTooEarly.selector, seedBlock));
        market.assignJob(jobId, header);
    }

    /// @dev Else whoever sends the transaction would choose the provider.
    function test_RefusesAHeaderWithAnotherRandomness() public {
        uint256 jobId = requestEther();
        headerFor(jobId, 1);
        uint256 seedBlock = market.jobOf(jobId).drawBlock + selection.SEED_DELAY_BLOCKS();
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMismatch.selector, seedBlock));
        market.assignJob(jobId, BlockHeader.encode(seedBlock, 2));
    }

    function test_AnybodyAssignsTheProviderThatWasDrawn() public {
        uint256 jobId = requestEther();
        bytes memory header = headerFor(jobId, 1);
        (address previewed, uint256 price) = market.previewAssignment(jobId, header);
        vm.assertEq(previewed, PROVIDER);
        vm.assertEq(price, FEE);

        vm.expectEmit(address(market));
        emit IJobMarket.JobAssigned(jobId, PROVIDER, FEE, block.timestamp + ANSWER_SECONDS, 1);
        market.assignJob(jobId, header);
        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Assigned);
        vm.assertEq(job.provider, PROVIDER);
        vm.assertEq(job.price, FEE);
        vm.assertEq(job.deadline, block.timestamp + ANSWER_SECONDS);
        vm.assertEq(staking.poolOf(PROVIDER).locked, BOND);
        vm.assertEq(market.openEscrowOf(ETHER), FEE);
    }

    function test_DrawsAgainWhereAllAreTooExpensive() public {
        JobRequest memory request = etherRequest();
        request.fee = FEE - 1;
        _expectDrawnAgain(requestEther(request));
    }

    function test_DrawsAgainWhereNobodyTakesTheToken() public {
        vm.startPrank(REQUESTER);
        token.approve(address(market), FEE);
        uint256 jobId = market.requestJob(tokenRequest(address(token)));
        vm.stopPrank();
        _expectDrawnAgain(jobId);
    }

    function test_DrawsAgainWhereNobodyHasABondToSpare() public {
        for (uint256 i = 0; i < CAPACITY; ++i) requestAndAssign();
        _expectDrawnAgain(requestEther());
    }

    /// @dev An input that lies off the chain goes only to those who said that they fetch it.
    function test_DrawsAgainWhereNobodyFetchesTheInput() public {
        vm.startPrank(PROVIDER);
        selection.unlistModel(modelId, 1);
        selection.listModel(modelId, 1, false);
        vm.stopPrank();
        JobRequest memory request = etherRequest();
        request.inputCid = CID;
        uint256 jobId = requestEther(request);
        vm.assertTrue(market.jobOf(jobId).inputOffChain);
        _expectDrawnAgain(jobId);
    }

    function test_DrawsAgainOnceTheRandomnessIsForgotten() public {
        uint256 jobId = requestEther();
        bytes memory header = headerFor(jobId, 1);
        vm.roll(block.number + 9_000);
        (address previewed, ) = market.previewAssignment(jobId, header);
        vm.assertEq(previewed, address(0));
        vm.expectEmit(address(market));
        emit IJobMarket.DrawRepeated(jobId, block.number);
        market.assignJob(jobId, header);
        assign(jobId);
        vm.assertEq(market.jobOf(jobId).provider, PROVIDER);
    }

    /// @dev The candidates are those of the block of the request: who lists itself when it knows the randomness is late.
    function test_WhoListedAfterTheRequestIsNotDrawn() public {
        vm.prank(PROVIDER);
        selection.unlistModel(modelId, 1);
        vm.roll(block.number + 1);
        uint256 jobId = requestEther();
        bytes memory header = headerFor(jobId, 1);
        serve(RIVAL, ETHER, FEE);
        (address previewed, ) = market.previewAssignment(jobId, header);
        vm.assertEq(previewed, address(0));
    }

    function _expectDrawnAgain(uint256 jobId) private {
        bytes memory header = headerFor(jobId, 1);
        (address previewed, uint256 price) = market.previewAssignment(jobId, header);
        vm.assertEq(previewed, address(0));
        vm.assertEq(price, 0);
        vm.expectEmit(address(market));
        emit IJobMarket.DrawRepeated(jobId, block.number);
        market.assignJob(jobId, header);
        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Requested);
        vm.assertEq(job.drawBlock, block.number);
        vm.assertEq(job.attempts, 0);
        // The old header draws nothing any more.
        vm.expectRevert(
            abi.encodeWithSelector(
                IProviderSelection.DrawTooEarly.selector,
                block.number + selection.SEED_DELAY_BLOCKS()
            )
        );
        market.assignJob(jobId, header);
    }
}
