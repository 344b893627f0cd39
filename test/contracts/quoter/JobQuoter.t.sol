// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IJobQuoter, Quote} from "../../../contracts/interfaces/IJobQuoter.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {JobQuoter} from "../../../contracts/jobs/JobQuoter.sol";
import {Policy} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobQuoterTest is ProtocolFixture {
    JobQuoter private quoter;

    function setUp() public override {
        super.setUp();
        quoter = new JobQuoter(address(market));
    }

    function test_RefusesAVersionThatTakesNoJobs() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, 2));
        quoter.quote(modelId, 2, Policy.Proof, 1, ETHER, 256);
        vm.prank(AUTHOR);
        models.deprecateVersion(modelId, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, modelId, 1));
        quoter.quote(modelId, 1, Policy.Proof, 1, ETHER, 256);
    }

    function test_RefusesAProofOfAVersionWithoutACircuit() public {
        uint256 giant = registerModelWithoutCircuit();
        serve(PROVIDER, giant, ETHER, FEE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.VersionHasNoCircuit.selector, giant, 1));
        quoter.quote(giant, 1, Policy.Proof, 1, ETHER, 256);
        vm.assertEq(quoter.quote(giant, 1, Policy.Optimistic, 1, ETHER, 256).price, FEE);
    }

    function test_RefusesAPanelThatItsPolicyDoesNotHave() public {
        _expectPanelRefused(Policy.Proof, 0);
        _expectPanelRefused(Policy.Proof, 3);
        _expectPanelRefused(Policy.Optimistic, 3);
        _expectPanelRefused(Policy.Quorum, 1);
        _expectPanelRefused(Policy.Quorum, 16);
    }

    function test_RefusesWhenTooFewServe() public {
        vm.expectRevert(abi.encodeWithSelector(IJobQuoter.TooFewProviders.selector, 0, 1));
        quoter.quote(modelId, 1, Policy.Proof, 1, address(token), 256);
        serve(RIVAL, ETHER, FEE);
        vm.expectRevert(abi.encodeWithSelector(IJobQuoter.TooFewProviders.selector, 2, 3));
        quoter.quote(modelId, 1, Policy.Quorum, 3, ETHER, 256);
        vm.expectRevert(abi.encodeWithSelector(IJobQuoter.TooFewProviders.selector, 0, 1));
        quoter.quote(modelId, 1, Policy.Proof, 1, ETHER, 0);
    }

    function test_CountsOnlyThoseWhoCanBeDrawn() public {
        serve(RIVAL, ETHER, FEE / 2);
        vm.assertEq(_quote(1).providers, 2);
        vm.prank(RIVAL);
        staking.setCapacity(0);
        Quote memory quoted = _quote(1);
        vm.assertEq(quoted.providers, 1);
        vm.assertEq(quoted.lowestAsk, FEE);
        vm.assertEq(quoted.listings, 2);
        vm.prank(PROVIDER);
        selection.unlistModel(modelId, 1);
        vm.expectRevert(abi.encodeWithSelector(IJobQuoter.TooFewProviders.selector, 0, 1));
        quoter.quote(modelId, 1, Policy.Proof, 1, ETHER, 256);
    }

    function test_QuotesTheAsksOfOneTokenAlone() public {
        serve(RIVAL, address(token), 5);
        Quote memory quoted = quoter.quote(modelId, 1, Policy.Proof, 1, address(token), 256);
        vm.assertEq(quoted.providers, 1);
        vm.assertEq(quoted.highestAsk, 5);
        vm.assertEq(quoted.scanned, 2);
    }

    /// @dev A panel's members may ask at most fee / panelSize each: so its dearest member sets the fee.
    function test_QuotesAPanel() public {
        _serveMany(5);
        Quote memory quoted = quoter.quote(modelId, 1, Policy.Quorum, 3, ETHER, 256);
        vm.assertEq(quoted.providers, 6);
        vm.assertEq(quoted.lowestAsk, 101);
        vm.assertEq(quoted.medianAsk, 103);
        vm.assertEq(quoted.highestAsk, FEE);
        vm.assertEq(quoted.price, 101 + 102 + 103);
        vm.assertEq(quoted.lowestFee, 3 * 103);
        vm.assertEq(quoted.feeToReachAll, 3 * FEE);
        // Royalty 10 % and protocol share 2.5 %, rounded down for each member on its own.
        vm.assertEq(quoted.royaltyAmount, 10 + 10 + 10);
        vm.assertEq(quoted.protocolAmount, 2 + 2 + 2);
        vm.assertEq(quoted.providerAmount, 306 - 30 - 6);
    }

    function test_LooksAtNoMoreThanItIsTold() public {
        _serveMany(5);
        Quote memory quoted = quoter.quote(modelId, 1, Policy.Proof, 1, ETHER, 2);
        vm.assertEq(quoted.scanned, 2);
        vm.assertEq(quoted.listings, 6);
        vm.assertEq(quoted.providers, 2);
    }

    /// @dev Sorting equal or sorted asks must not run out of stack or gas.
    function test_QuotesTheLargestPageInAnyOrder() public {
        _serveMany(260);
        uint256 gasBefore = gasleft();
        Quote memory quoted = quoter.quote(modelId, 1, Policy.Quorum, 15, ETHER, type(uint256).max);
        vm.assertTrue(gasBefore - gasleft() < 25_000_000, "gas of a quote");
        vm.assertEq(quoted.scanned, quoter.MAX_LISTINGS());
        vm.assertEq(quoted.listings, 261);
        vm.assertEq(quoted.lowestAsk, 101);
        vm.assertEq(quoted.lowestFee, 15 * 115);
    }

    /// @dev What is quoted is what is paid.
    function testFuzz_QuotesWhatAJobThenPays(uint96 ask) public {
        uint256 price = uint256(ask) % 1_000 ether;
        serve(RIVAL, ETHER, price);
        vm.prank(PROVIDER);
        selection.unlistModel(modelId, 1);
        Quote memory quoted = _quote(1);
        vm.assertEq(quoted.providerAmount + quoted.royaltyAmount + quoted.protocolAmount, quoted.price);
        vm.assertEq(quoted.price, price);
        if (price == 0) return;

        vm.roll(block.number + 1);
        uint256 jobId = _requestFor(quoted.feeToReachAll);
        assign(jobId);
        vm.assertEq(market.jobOf(jobId).provider, RIVAL);
        uint256[8] memory proof = proofOf(jobId, RIVAL);
        vm.prank(RIVAL);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
        vm.assertEq(market.claimableOf(RIVAL, ETHER), quoted.providerAmount);
        vm.assertEq(market.claimableOf(AUTHOR, ETHER), quoted.royaltyAmount);
        vm.assertEq(market.claimableOf(TREASURY, ETHER), quoted.protocolAmount);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 0);
    }

    function _quote(uint256 panelSize) private view returns (Quote memory) {
        return quoter.quote(modelId, 1, Policy.Proof, panelSize, ETHER, 256);
    }

    function _requestFor(uint256 fee) private returns (uint256) {
        vm.deal(REQUESTER, fee);
        JobRequest memory request = etherRequest();
        request.fee = fee;
        return requestEther(request);
    }

    function _expectPanelRefused(Policy policy, uint256 panelSize) private {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.PolicyTermsInvalid.selector, policy, panelSize, 0, 0));
        quoter.quote(modelId, 1, policy, panelSize, ETHER, 256);
    }

    /// @dev Each asks one more than the one before.
    function _serveMany(uint256 count) private {
        for (uint256 i = 1; i <= count; ++i) {
            address provider = address(uint160(0xABCD0000 + i));
            stakeFor(provider, BOND);
            serve(provider, ETHER, 100 + i);
        }
    }
}
