// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest, Payment} from "../../../contracts/interfaces/IJobMarket.sol";
import {IOptimisticPolicy} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {IPanelVoting, PanelStatus, Seat} from "../../../contracts/interfaces/IPanelVoting.sol";
import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {EndReason, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {GasBurningCallback} from "../../../contracts/mocks/Callbacks.sol";
import {vm} from "../../helpers/Vm.sol";
import {HostileConsumer} from "./HostileConsumer.sol";
import {OptimisticFixture} from "./OptimisticFixture.sol";

/// @notice What members, parties and consumers may try, alone or together.
contract DisputeAttacksTest is OptimisticFixture {
    // Copying

    function test_ACopiedCommitmentCannotBeOpened() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        (address victim, address copier) = (seats[0].provider, seats[1].provider);
        commit(quorumPolicy, jobId, victim, one(OUTPUT));
        bytes32 copied = quorumPolicy.commitmentBy(jobId, victim);
        vm.prank(copier);
        quorumPolicy.commitAnswer(jobId, copied);
        for (uint256 i = 2; i < 5; ++i) commit(quorumPolicy, jobId, seats[i].provider, one(OUTPUT));
        reveal(quorumPolicy, jobId, victim, one(OUTPUT));

        bytes32 given = quorumPolicy.commitmentOf(jobId, 1, copier, one(OUTPUT), saltOf(victim));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.CommitmentMismatch.selector, jobId, copier, given, copied));
        vm.prank(copier);
        quorumPolicy.revealAnswer(jobId, one(OUTPUT), saltOf(victim));

        for (uint256 i = 2; i < 5; ++i) reveal(quorumPolicy, jobId, seats[i].provider, one(OUTPUT));
        vm.warp(quorumPolicy.panelOf(jobId).revealBefore + 1);
        quorumPolicy.closePanel(jobId, one(OUTPUT));
        vm.assertEq(market.claimableOf(copier, ETHER), 0);
        assertStake(copier, STAKE - BOND);
    }

    /// @dev Whoever waits until answers are open has waited too long, also when it is the only one left.
    function test_NobodyCommitsAfterTheFirstReveal() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, 0));
        uint256 commitBefore = quorumPolicy.panelOf(jobId).commitBefore;
        vm.warp(commitBefore + 1);
        reveal(quorumPolicy, jobId, seats[0].provider, one(OUTPUT));
        bytes32 late = commitmentFor(quorumPolicy, jobId, seats[4].provider, one(OUTPUT));
        vm.expectRevert(abi.encodeWithSelector(IPanelVoting.CommitClosed.selector, jobId, commitBefore));
        vm.prank(seats[4].provider);
        quorumPolicy.commitAnswer(jobId, late);
    }

    function test_ACommitmentOpensOnlyForItsJobRoundContractAndChain() public {
        bytes32 mine = quorumPolicy.commitmentOf(1, 1, server(0), one(OUTPUT), "salt");
        vm.assertTrue(mine != quorumPolicy.commitmentOf(2, 1, server(0), one(OUTPUT), "salt"));
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 2, server(0), one(OUTPUT), "salt"));
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 1, server(1), one(OUTPUT), "salt"));
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 1, server(0), one(WRONG), "salt"));
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 1, server(0), one(OUTPUT), "pepper"));
        vm.assertTrue(mine != optimisticPolicy.commitmentOf(1, 1, server(0), one(OUTPUT), "salt"));
        vm.chainId(block.chainid + 1);
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 1, server(0), one(OUTPUT), "salt"));
    }

    /// @dev Words and salt are encoded apart: no other words with another salt give the same bytes.
    function testFuzz_ACommitmentHasOneOpening(uint256 word, bytes32 salt, bool two) public view {
        uint256[] memory words = new uint256[](two ? 2 : 0);
        if (two) (words[0], words[1]) = (word, uint256(salt));
        bytes32 mine = quorumPolicy.commitmentOf(1, 1, server(0), one(word), salt);
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 1, server(0), words, salt));
        vm.assertTrue(mine != quorumPolicy.commitmentOf(1, 1, server(0), words, bytes32(word)));
    }

    // Running from a slash

    /// @dev The window outlasts the unbonding delay.
    function test_UnstakingBeforeASlashDoesNotEscapeIt() public {
        JobRequest memory request = provableRequest();
        request.windowSeconds = 20 days;
        (uint256 jobId, ) = answered(request, WRONG);
        vm.prank(PROVIDER);
        staking.requestUnstake(PROVIDER, STAKE);
        vm.warp(block.timestamp + staking.UNBONDING_SECONDS() + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderStaking.StakeInsufficient.selector, PROVIDER, STAKE - BOND, STAKE)
        );
        vm.prank(PROVIDER);
        staking.withdrawUnstaked(PROVIDER);

        challenge(jobId);
        passWindow(jobId);
        optimisticPolicy.expireDefence(jobId);
        vm.prank(PROVIDER);
        vm.assertEq(staking.withdrawUnstaked(PROVIDER), STAKE - BOND);
        assertProceeds(CHALLENGER, BOND + BOND / 2);
    }

    function test_AMemberWhoUnstakesIsStillSlashed() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        address member = seats[4].provider;
        vm.prank(member);
        staking.requestUnstake(member, STAKE);
        vote(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG), one(OUTPUT));
        vm.warp(block.timestamp + staking.UNBONDING_SECONDS() + 1);
        vm.prank(member);
        vm.assertEq(staking.withdrawUnstaked(member), STAKE - BOND);
    }

    // Colluding parties

    /// @dev A wrong answer, challenged by its own provider's second account before others can: half of the bond is lost.
    function test_AProviderThatChallengesItsWrongAnswerItselfLoses() public {
        uint256 before = _wealth(PROVIDER, CHALLENGER);
        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        passWindow(jobId);
        optimisticPolicy.expireDefence(jobId);
        vm.assertEq(_wealth(PROVIDER, CHALLENGER), before - (BOND - BOND / 2));
    }

    function test_AProviderThatChallengesItsRightAnswerItselfLoses() public {
        uint256 before = _wealth(PROVIDER, CHALLENGER);
        (uint256 jobId, ) = challenged(provableRequest(), OUTPUT);
        defend(jobId);
        vm.assertEq(_wealth(PROVIDER, CHALLENGER), before - (BOND - BOND / 2));
    }

    function test_AProviderThatChallengesItselfBeforeAJuryLoses() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint256 word = i == 0 ? OUTPUT : WRONG;
            (uint256 jobId, address provider) = answered(juryRequest(), word);
            uint256 before = _wealth(provider, CHALLENGER);
            challenge(jobId);
            draw(optimisticPolicy, jobId);
            vote(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, OUTPUT), one(OUTPUT));
            uint256 back = word == OUTPUT ? BOND / 2 : BOND / 4;
            vm.assertEq(_wealth(provider, CHALLENGER), before - (BOND - back));
        }
    }

    /// @dev A requester who challenges a right answer to have its fee back pays for it with its bond.
    function test_ARequesterWhoChallengesARightAnswerPaysTwice() public {
        (uint256 jobId, ) = answered(provableRequest(), OUTPUT);
        vm.prank(REQUESTER);
        token.approve(address(optimisticPolicy), BOND);
        uint256 before = token.balanceOf(REQUESTER);
        vm.prank(REQUESTER);
        optimisticPolicy.challengeAnswer(jobId);
        defend(jobId);
        vm.assertEq(token.balanceOf(REQUESTER), before - BOND);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 0);
        vm.assertEq(market.claimableOf(PROVIDER, ETHER), earned(FEE));
    }

    /// @dev A requester who challenges and keeps the input from honest jurors earns none of their bonds.
    function test_AChallengerWhoWithholdsTheInputEarnsNoJurorsBond() public {
        JobRequest memory request = juryRequest();
        request.inputCid = CID;
        (uint256 jobId, ) = challenged(request, WRONG);
        draw(optimisticPolicy, jobId);
        vote(optimisticPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, 0, 0), one(OUTPUT));
        vm.assertEq(staking.slashProceedsOf(CHALLENGER), 0);
        vm.assertEq(staking.slashProceedsOf(TREASURY), 2 * BOND);
        assertProceeds(CHALLENGER, BOND + BOND / 4);
    }

    /// @dev A member who cannot win withholds its reveal, so that nobody does: it costs its bond and wins one more draw.
    function test_AMemberWhoSpoilsTheMajorityPaysForIt() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, WRONG, WRONG));
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, 0, WRONG, WRONG));
        vm.warp(quorumPolicy.panelOf(jobId).revealBefore + 1);
        quorumPolicy.closePanel(jobId, none());
        assertStake(seats[2].provider, STAKE - BOND);
        vm.assertTrue(selection.isExcluded(jobId, seats[2].provider));
    }

    /// @dev A requester leaves members the shortest time there is and draws them at the moment of its choice, so that
    /// none can answer: it gets its fee back and no bond.
    function test_ARequesterWhoGivesTooLittleTimeEarnsNoBonds() public {
        JobRequest memory request = quorumRequest();
        (request.answerSeconds, request.windowSeconds) = (10, 10);
        uint256 jobId = requestEther(request);
        for (uint256 round = 0; round < 2; ++round) {
            draw(quorumPolicy, jobId);
            vote(quorumPolicy, jobId, five(0, 0, 0, 0, 0), none());
        }
        assertEnded(jobId, JobStatus.Refunded, EndReason.NoMajority);
        vm.assertEq(staking.slashProceedsOf(REQUESTER) + staking.slashProceedsOf(TREASURY), 0);
        for (uint256 i = 0; i < SERVERS; ++i) assertStake(server(i), STAKE);
    }

    /// @dev Nor with an accomplice on the panel who knows the answer beforehand.
    function test_AnAccompliceOnThePanelDoesNotCostTheOthersTheirBonds() public {
        (uint256 jobId, Seat[] memory seats) = requestAndDraw();
        vote(quorumPolicy, jobId, five(OUTPUT, 0, 0, 0, 0), none());
        for (uint256 i = 0; i < 5; ++i) assertStake(seats[i].provider, STAKE);
    }

    // Calls that are not theirs

    function test_NobodyButThePolicyEndsAJob() public {
        (uint256 jobId, ) = requestAndDraw();
        address[3] memory thieves = [REQUESTER, quorumPolicy.seatsOf(jobId)[0].provider, address(optimisticPolicy)];
        for (uint256 i = 0; i < thieves.length; ++i) {
            _expectNotPolicy(jobId, thieves[i]);
            market.failJob(jobId, EndReason.NoMajority);
            _expectNotPolicy(jobId, thieves[i]);
            market.settleJob(jobId, new Payment[](0), one(WRONG));
        }
    }

    function test_ACallbackCannotReenterAPolicy() public {
        HostileConsumer consumer = new HostileConsumer();
        JobRequest memory request = provableRequest();
        (request.callback, request.callbackGasLimit) = (address(consumer), 900_000);
        (uint256 otherId, ) = answered(provableRequest(), OUTPUT);
        passWindow(otherId);
        uint256 jobId = requestEther(request);
        assign(jobId);

        bytes[] memory calls = new bytes[](7);
        calls[0] = abi.encodeCall(IOptimisticPolicy.finalizeAnswer, (otherId, one(OUTPUT)));
        calls[1] = abi.encodeCall(IOptimisticPolicy.finalizeAnswer, (jobId, one(OUTPUT)));
        calls[2] = abi.encodeCall(IOptimisticPolicy.challengeAnswer, (jobId));
        calls[3] = abi.encodeCall(IOptimisticPolicy.expireDefence, (jobId));
        calls[4] = abi.encodeCall(IOptimisticPolicy.withdrawBondProceeds, ());
        calls[5] = abi.encodeCall(IPanelVoting.closePanel, (jobId, one(OUTPUT)));
        calls[6] = abi.encodeCall(IPanelVoting.expirePanelDraw, (jobId));
        consumer.callWhenTold(address(optimisticPolicy), calls);
        answer(jobId, OUTPUT);
        vm.assertEq(consumer.told(), 1);
        passWindow(jobId);
        optimisticPolicy.finalizeAnswer(jobId, one(OUTPUT));
        vm.assertEq(consumer.told(), 2);
        vm.assertEq(consumer.entered(), 0);
        optimisticPolicy.finalizeAnswer(otherId, one(OUTPUT));
        assertEnded(otherId, JobStatus.Settled, EndReason.Delivered);
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    /// @dev Too little gas for the consumer's callback undoes the close; with enough the job still ends.
    function test_AStarvedCloseChangesNothing() public {
        JobRequest memory request = quorumRequest();
        (request.callback, request.callbackGasLimit) = (address(new HostileConsumer()), 1_000_000);
        uint256 jobId = requestEther(request);
        draw(quorumPolicy, jobId);
        commitAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG));
        revealAll(quorumPolicy, jobId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG));
        (bool closed, bytes memory refusal) = address(quorumPolicy).call{gas: 1_200_000}(
            abi.encodeCall(IPanelVoting.closePanel, (jobId, one(OUTPUT)))
        );
        vm.assertFalse(closed);
        vm.assertEq(bytes32(bytes4(refusal)), bytes32(IJobMarket.CallbackGasUnavailable.selector));
        assertPanel(quorumPolicy, jobId, PanelStatus.Voting);
        quorumPolicy.closePanel(jobId, one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
    }

    /// @dev Fifteen seats, a bare majority, and a callback that uses what it may: far below what a transaction can have
    /// (EIP-7825: 16.7 million).
    function test_TheLargestPanelIsDrawnAndClosedInATransactionEach() public {
        for (uint256 i = 0; i < 6; ++i) {
            stakeFor(server(SERVERS + i), STAKE);
            serve(server(SERVERS + i), giant, ETHER, ASK);
        }
        JobRequest memory request = quorumRequest();
        (request.panelSize, request.quorum, request.fee) = (15, 8, 15 * ASK);
        (request.callback, request.callbackGasLimit) = (address(new GasBurningCallback()), 1_000_000);
        uint256 jobId = requestEther(request);
        bytes memory header = panelHeader(quorumPolicy, jobId, 0);
        quorumPolicy.drawPanel{gas: 12_000_000}(jobId, header);
        uint256[] memory answers = new uint256[](15);
        for (uint256 i = 0; i < 15; ++i) answers[i] = i < 8 ? OUTPUT : WRONG;
        commitAll(quorumPolicy, jobId, answers);
        revealAll(quorumPolicy, jobId, answers);
        quorumPolicy.closePanel{gas: 4_000_000}(jobId, one(OUTPUT));
        assertEnded(jobId, JobStatus.Settled, EndReason.Delivered);
        for (uint256 i = 0; i < SERVERS + 6; ++i) assertLocked(server(i), 0);
    }

    /// @dev Anyone can make the policy a requester, so that cut bonds are credited to it: they become the treasury's.
    function test_BondsThatAreCreditedToThePolicyAreNotLost() public {
        vm.deal(address(this), FEE);
        uint256 strayId = market.requestJobFor{value: FEE}(address(optimisticPolicy), quorumRequest());
        draw(quorumPolicy, strayId);
        vote(quorumPolicy, strayId, five(OUTPUT, OUTPUT, OUTPUT, OUTPUT, WRONG), one(OUTPUT));
        vm.assertEq(staking.slashProceedsOf(address(optimisticPolicy)), BOND / 2);

        (uint256 jobId, ) = challenged(provableRequest(), WRONG);
        passWindow(jobId);
        optimisticPolicy.expireDefence(jobId);
        assertProceeds(CHALLENGER, BOND + BOND / 2);
        assertProceeds(TREASURY, BOND / 2 + BOND / 2);
        assertBondsHeld(2 * BOND + BOND / 2);
    }

    function _expectNotPolicy(uint256 jobId, address thief) private {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotPolicyOf.selector, jobId, thief, Policy.Quorum));
        vm.prank(thief);
    }

    /// @dev In the stake token, wherever it is.
    function _wealth(address provider, address accomplice) private view returns (uint256 sum) {
        address[2] memory accounts = [provider, accomplice];
        for (uint256 i = 0; i < 2; ++i) {
            sum += token.balanceOf(accounts[i]) + staking.stakeOf(accounts[i]);
            sum += staking.slashProceedsOf(accounts[i]) + optimisticPolicy.bondProceedsOf(accounts[i]);
        }
    }
}
