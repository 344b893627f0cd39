// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {JobStatus} from "../../../contracts/types/Job.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketSubmitTest is ProtocolFixture {
    uint256 private jobId;
    uint256[8] private proof;

    function setUp() public override {
        super.setUp();
        jobId = requestAndAssign();
        proof = proofOf(jobId, PROVIDER);
    }

    function test_RefusesAnybodyButTheAssignedProvider() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, RIVAL, PROVIDER));
        vm.prank(RIVAL);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    function test_RefusesAnAnswerPastTheDeadline() public {
        uint256 answerBefore = block.timestamp + ANSWER_SECONDS;
        vm.warp(answerBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.AnswerDeadlinePassed.selector, jobId, answerBefore));
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
        vm.warp(answerBefore);
        submit(jobId);
    }

    function test_RefusesOtherInputWordsThanTheRequest() public {
        bytes32 given = keccak256(abi.encodePacked(one(INPUT + 1)));
        bytes32 expected = keccak256(abi.encodePacked(one(INPUT)));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.InputWordsMismatch.selector, jobId, given, expected));
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT + 1), one(OUTPUT), proof);
    }

    /// @dev A proof of another question, even a true one, is not an answer to this.
    function test_RefusesAProofOfAnotherInput() public {
        uint256[] memory signals = signalsOf(jobId, PROVIDER, OUTPUT);
        signals[1] = INPUT + 1;
        _expectInvalid(ForgingKey.prove(signals, 0), OUTPUT);
    }

    function test_RefusesAnotherNumberOfOutputWords() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.OutputWordCountMismatch.selector, 2, 1));
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), new uint256[](2), proof);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.OutputWordCountMismatch.selector, 0, 1));
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), new uint256[](0), proof);
    }

    function test_RefusesAnotherOutputThanWasProven() public {
        _expectInvalid(proof, OUTPUT + 1);
        _expectInvalid(proof, OUTPUT + Bn254.SCALAR_ORDER);
    }

    function test_RefusesAProofOfAnotherJob() public {
        uint256 otherJob = requestAndAssign();
        _expectInvalid(proofOf(otherJob, PROVIDER), OUTPUT);
    }

    function test_RefusesAProofOfAnotherProvider() public {
        _expectInvalid(proofOf(jobId, RIVAL), OUTPUT);
    }

    function test_RefusesAProofForAnotherMarket() public {
        uint256[] memory signals = signalsOf(jobId, PROVIDER, OUTPUT);
        signals[2] = uint256(keccak256(abi.encode(block.chainid, address(this), jobId, PROVIDER))) >> 8;
        _expectInvalid(ForgingKey.prove(signals, 0), OUTPUT);
    }

    function test_RefusesAProofForAnotherChain() public {
        uint256[8] memory elsewhere = proof;
        vm.chainId(block.chainid + 1);
        _expectInvalid(elsewhere, OUTPUT);
    }

    function test_RefusesAProofOfAnotherVersion() public {
        address verifier = address(deployVerifier(3, 1));
        vm.prank(AUTHOR);
        models.publishVersion(modelId, CID, verifier, 1, 1);
        JobRequest memory request = etherRequest();
        request.version = 2;
        vm.startPrank(PROVIDER);
        selection.listModel(modelId, 2, true);
        selection.setAsk(modelId, 2, ETHER, true, FEE);
        vm.stopPrank();
        uint256 second = requestEther(request);
        assign(second);

        uint256[] memory signals = signalsOf(second, PROVIDER, OUTPUT);
        uint256[8] memory ofVersion1 = ForgingKey.prove(signals, 0);
        uint256[8] memory ofVersion2 = ForgingKey.prove(signals, 1);
        vm.startPrank(PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProofInvalid.selector, second));
        market.submitProof(second, one(INPUT), one(OUTPUT), ofVersion1);
        market.submitProof(second, one(INPUT), one(OUTPUT), ofVersion2);
        vm.stopPrank();
    }

    function test_RefusesMalformedPoints() public {
        uint256[8] memory bad = proof;
        bad[0] += 1;
        _expectInvalid(bad, OUTPUT);
        bad = proof;
        (bad[2], bad[3], bad[4], bad[5]) = ForgingKey.pointOutsideG2();
        _expectInvalid(bad, OUTPUT);
        uint256[8] memory zeros;
        _expectInvalid(zeros, OUTPUT);
    }

    function test_NoJobIsSettledTwice() public {
        submit(jobId);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, JobStatus.Settled, JobStatus.Assigned)
        );
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    function test_ADeprecatedVersionStillSettlesRunningJobs() public {
        vm.prank(AUTHOR);
        models.deprecateVersion(modelId, 1);
        submit(jobId);
        vm.assertTrue(market.jobOf(jobId).status == JobStatus.Settled);
    }

    function test_PaysEveryoneAndReleasesTheBond() public {
        address verifier = models.versionOf(modelId, 1).verifier;
        vm.expectEmit(address(market));
        emit IJobMarket.JobSettled(jobId, modelId, PROVIDER, verifier, one(OUTPUT), one(INPUT), proof);
        vm.expectEmit(address(market));
        emit IJobMarket.FeePaid(jobId, PROVIDER, AUTHOR, 0.875 ether, 0.1 ether, 0.025 ether, 0);
        submit(jobId);

        vm.assertEq(market.claimableOf(PROVIDER, ETHER), 0.875 ether);
        vm.assertEq(market.claimableOf(AUTHOR, ETHER), 0.1 ether);
        vm.assertEq(market.claimableOf(TREASURY, ETHER), 0.025 ether);
        vm.assertEq(market.openEscrowOf(ETHER), 0);
        vm.assertEq(market.totalClaimableOf(ETHER), FEE);
        vm.assertEq(staking.freeStakeOf(PROVIDER), STAKE);
        assertMarketSolvent(ETHER);
    }

    function test_TheRoyaltyGoesToWhoHoldsTheModelAtSettlement() public {
        vm.prank(AUTHOR);
        models.transferFrom(AUTHOR, RIVAL, modelId);
        submit(jobId);
        vm.assertEq(market.claimableOf(RIVAL, ETHER), 0.1 ether);
        vm.assertEq(market.claimableOf(AUTHOR, ETHER), 0);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_TheSplitLosesNoUnit(uint96 fee, uint16 royaltyBps, uint16 protocolFeeBps) public {
        vm.assume(fee != 0);
        royaltyBps %= 5_001;
        protocolFeeBps %= 1_001;
        vm.prank(AUTHOR);
        models.setRoyalty(modelId, royaltyBps);
        vm.prank(ADMIN);
        market.setProtocolFee(protocolFeeBps);
        JobRequest memory request = etherRequest();
        request.fee = fee;
        vm.deal(REQUESTER, fee);
        vm.roll(block.number + selection.ASK_CHANGE_BLOCKS());
        serve(PROVIDER, ETHER, fee);
        uint256 job = requestEther(request);
        assign(job);
        submit(job);

        vm.assertEq(market.claimableOf(AUTHOR, ETHER), (uint256(fee) * royaltyBps) / 10_000);
        vm.assertEq(market.claimableOf(TREASURY, ETHER), (uint256(fee) * protocolFeeBps) / 10_000);
        vm.assertEq(market.totalClaimableOf(ETHER), fee);
        assertMarketSolvent(ETHER);
    }

    /// @dev The provider gets its ask and no more; what it did not cost is the requester's again.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_TheRequesterGetsBackWhatTheAskLeaves(uint96 fee, uint96 ask) public {
        vm.assume(fee != 0);
        ask = uint96(uint256(ask) % (uint256(fee) + 1));
        vm.roll(block.number + selection.ASK_CHANGE_BLOCKS());
        serve(PROVIDER, ETHER, ask);
        JobRequest memory request = etherRequest();
        request.fee = fee;
        vm.deal(REQUESTER, fee);
        uint256 job = requestEther(request);
        assign(job);
        vm.assertEq(market.jobOf(job).price, ask);
        submit(job);

        vm.assertEq(market.claimableOf(REQUESTER, ETHER), fee - ask);
        vm.assertEq(market.claimableOf(AUTHOR, ETHER), (uint256(ask) * ROYALTY_BPS) / 10_000);
        vm.assertEq(market.totalClaimableOf(ETHER), fee);
        assertMarketSolvent(ETHER);
    }

    function test_WhatIsNotSpentIsAnnounced() public {
        JobRequest memory request = etherRequest();
        request.fee = 3 * FEE;
        uint256 job = requestEther(request);
        assign(job);
        vm.expectEmit(address(market));
        emit IJobMarket.UnspentReturned(job, REQUESTER, 2 * FEE);
        submit(job);
    }

    /// @dev The delegators' part of what the provider earned is the staking contract's balance, for them to claim.
    function test_SharesWithTheDelegators() public {
        token.approve(address(staking), STAKE);
        staking.delegate(PROVIDER, STAKE);
        vm.prank(PROVIDER);
        staking.setCommission(2_000);
        submit(jobId);
        uint256 shared = market.claimableOf(address(staking), ETHER);
        // 80 % of what the delegated half of the stake earned of 0.875 ether, less a rounding.
        vm.assertTrue(shared <= 0.35 ether && shared > 0.35 ether - 10);
        vm.assertEq(market.claimableOf(PROVIDER, ETHER) + shared, 0.875 ether);
        assertMarketSolvent(ETHER);
        uint256 claimed = staking.claimEarnings(PROVIDER, ETHER);
        vm.assertTrue(claimed <= shared && claimed > shared - 10);
        vm.assertEq(market.claimableOf(address(this), ETHER), claimed);
        assertMarketSolvent(ETHER);
    }

    function _expectInvalid(uint256[8] memory bad, uint256 output) private {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProofInvalid.selector, jobId));
        vm.prank(PROVIDER);
        market.submitProof{gas: 3_000_000}(jobId, one(INPUT), one(output), bad);
    }
}
