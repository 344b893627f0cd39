// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {EndReason, Job, JobStatus} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketClaimTest is ProtocolFixture {
    function test_RefusesAClaimerWithoutStake() public {
        uint256 jobId = requestEther();
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, address(this), 0, BOND));
        market.claimJob(jobId);
    }

    function test_RefusesAClaimBeyondTheFreeStake() public {
        for (uint256 i = 0; i < STAKE / BOND; ++i) requestAndClaim();
        uint256 jobId = requestEther();
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, 0, BOND));
        vm.prank(PROVIDER);
        market.claimJob(jobId);
    }

    function test_RefusesASecondClaim() public {
        uint256 jobId = requestAndClaim();
        vm.expectRevert(_notInStatus(jobId, JobStatus.Assigned, JobStatus.Requested));
        vm.prank(RIVAL);
        market.claimJob(jobId);
    }

    function test_TheClaimWindowIncludesItsLastSecond() public {
        uint256 jobId = requestEther();
        uint256 claimBefore = block.timestamp + CLAIM_SECONDS;
        vm.warp(claimBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ClaimWindowClosed.selector, jobId, claimBefore));
        vm.prank(PROVIDER);
        market.claimJob(jobId);

        vm.warp(claimBefore);
        claim(jobId);
        Job memory job = market.jobOf(jobId);
        vm.assertEq(job.provider, PROVIDER);
        // The whole time to prove, even when it ends after the claim window.
        vm.assertEq(job.proveBefore, claimBefore + PROVE_SECONDS);
        vm.assertEq(staking.accountOf(PROVIDER).locked, BOND);
    }

    function test_RefusesToExpireAClaimBeforeItsDeadlineHasPassed() public {
        uint256 jobId = requestAndClaim();
        uint256 proveBefore = block.timestamp + PROVE_SECONDS;
        vm.warp(proveBefore);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProveDeadlineNotPassed.selector, jobId, proveBefore));
        market.expireClaim(jobId);
    }

    function test_RefusesToExpireWhatIsNotClaimed() public {
        uint256 jobId = requestEther();
        vm.expectRevert(_notInStatus(jobId, JobStatus.Requested, JobStatus.Assigned));
        market.expireClaim(jobId);
    }

    function test_AnExpiredClaimReopensTheJobAndCutsTheBond() public {
        uint256 jobId = requestAndClaim();
        vm.warp(block.timestamp + PROVE_SECONDS + 1);
        vm.expectEmit(address(market));
        emit IJobMarket.ClaimExpired(jobId, PROVIDER, BOND);
        market.expireClaim(jobId);

        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Requested);
        vm.assertEq(job.attempts, 1);
        vm.assertEq(job.provider, address(0));
        vm.assertEq(staking.accountOf(PROVIDER).active, STAKE - BOND);
        vm.assertEq(staking.accountOf(PROVIDER).locked, 0);
        vm.assertEq(staking.slashProceedsOf(REQUESTER), BOND / 2);
        vm.assertEq(staking.slashProceedsOf(TREASURY), BOND / 2);
        vm.assertEq(market.openEscrowOf(ETHER), FEE);

        vm.prank(RIVAL);
        market.claimJob(jobId);
        vm.assertEq(market.jobOf(jobId).proveBefore, block.timestamp + PROVE_SECONDS);
    }

    function test_AnExpiredProviderCanNotDeliverAfterAnotherClaimed() public {
        uint256 jobId = requestAndClaim();
        vm.warp(block.timestamp + PROVE_SECONDS + 1);
        market.expireClaim(jobId);
        vm.prank(RIVAL);
        market.claimJob(jobId);
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotAssignedProvider.selector, jobId, PROVIDER, RIVAL));
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    function test_TheLastAttemptRefundsInTheSameTransaction() public {
        uint256 jobId = requestEther();
        for (uint256 attempt = 1; attempt <= 3; ++attempt) {
            claim(jobId);
            vm.warp(block.timestamp + PROVE_SECONDS + 1);
            if (attempt == 3) {
                vm.expectEmit(address(market));
                emit IJobMarket.JobRefunded(jobId, REQUESTER, FEE, EndReason.ProviderTimeout);
            }
            market.expireClaim(jobId);
        }
        _expectRefunded(jobId, EndReason.ProviderTimeout);
        vm.assertEq(staking.accountOf(PROVIDER).active, STAKE - 3 * BOND);
        vm.expectRevert(_notInStatus(jobId, JobStatus.Refunded, JobStatus.Assigned));
        market.expireClaim(jobId);
    }

    function test_AnExpiredClaimRefundsOnceTheWindowHasClosed() public {
        uint256 jobId = requestEther();
        vm.warp(block.timestamp + CLAIM_SECONDS);
        claim(jobId);
        vm.warp(block.timestamp + PROVE_SECONDS + 1);
        market.expireClaim(jobId);
        _expectRefunded(jobId, EndReason.ProviderTimeout);
    }

    function _expectRefunded(uint256 jobId, EndReason reason) private view {
        Job memory job = market.jobOf(jobId);
        vm.assertTrue(job.status == JobStatus.Refunded && job.reason == reason);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        vm.assertEq(market.openEscrowOf(ETHER), 0);
        assertMarketSolvent(ETHER);
    }

    function _notInStatus(uint256 jobId, JobStatus status, JobStatus expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobMarket.JobNotInStatus.selector, jobId, status, expected);
    }
}
