// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {
    FeeOnTransferToken,
    LyingToken,
    NoReturnToken,
    ReentrantPermitToken,
    ReentrantToken,
    ReturnsFalseToken
} from "../../../contracts/mocks/HostileTokens.sol";
import {RevertingCallback} from "../../../contracts/mocks/Callbacks.sol";
import {EndReason, Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketRequestTest is ProtocolFixture {
    JobRequest private request;

    function setUp() public override {
        super.setUp();
        request = etherRequest();
    }

    function test_RefusesAnotherEtherAmountThanTheFee() public {
        _expectRefused(FEE - 1, abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, FEE - 1, FEE));
        _expectRefused(FEE + 1, abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, FEE + 1, FEE));
        _expectRefused(0, abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 0, FEE));
    }

    function test_RefusesEtherWithATokenFee() public {
        request.token = address(token);
        _expectRefused(FEE, abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, FEE, 0));
    }

    function test_RefusesAFeeOfZeroOrBeyond96Bits() public {
        request.fee = 0;
        _expectRefused(0, abi.encodeWithSelector(IJobMarket.FeeZero.selector));
        request.token = address(token);
        request.fee = uint256(type(uint96).max) + 1;
        _expectRefused(0, abi.encodeWithSelector(IJobMarket.FeeTooHigh.selector, request.fee));
    }

    function test_RefusesDurationsOutOfBounds() public {
        bytes4 selector = IJobMarket.DurationInvalid.selector;
        uint32[3] memory draws = [uint32(0), 9, 30 days + 1];
        for (uint256 i = 0; i < 3; ++i) {
            request.drawSeconds = draws[i];
            _expectRefused(FEE, abi.encodeWithSelector(selector, uint256(draws[i]), 10, 30 days));
        }
        request.drawSeconds = DRAW_SECONDS;
        uint32[3] memory answers = [uint32(0), 9, 1 days + 1];
        for (uint256 i = 0; i < 3; ++i) {
            request.answerSeconds = answers[i];
            _expectRefused(FEE, abi.encodeWithSelector(selector, uint256(answers[i]), 10, 1 days));
        }
        request.answerSeconds = ANSWER_SECONDS;
        request.openSeconds = 30 days + 1;
        _expectRefused(FEE, abi.encodeWithSelector(selector, uint256(request.openSeconds), 0, 30 days));
    }

    function test_RefusesAnUnknownOrDeprecatedVersion() public {
        request.version = 2;
        _expectRefused(FEE, abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, 2));
        request.version = 1 + (1 << 64);
        _expectRefused(FEE, abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, request.version));
        request.version = 1;
        vm.prank(AUTHOR);
        models.deprecateVersion(modelId, 1);
        _expectRefused(FEE, abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, modelId, 1));
    }

    function test_RefusesAnotherNumberOfInputWords() public {
        request.inputWords = new uint256[](0);
        _expectRefused(FEE, abi.encodeWithSelector(IJobMarket.InputWordCountMismatch.selector, 0, 1));
        request.inputWords = new uint256[](2);
        _expectRefused(FEE, abi.encodeWithSelector(IJobMarket.InputWordCountMismatch.selector, 2, 1));
    }

    /// @dev Such a job could never be proven: its provider would lose its bond.
    function test_RefusesAnInputWordThatIsNotBelowTheFieldOrder() public {
        request.inputWords = one(Bn254.SCALAR_ORDER);
        bytes4 selector = IJobMarket.InputWordTooLarge.selector;
        _expectRefused(FEE, abi.encodeWithSelector(selector, 0, Bn254.SCALAR_ORDER));
    }

    function test_RefusesAnInputCidBeyond64Bytes() public {
        request.inputCid = new bytes(65);
        _expectRefused(FEE, abi.encodeWithSelector(IJobMarket.InputCidTooLong.selector, 65));
    }

    function test_RefusesACallbackWithoutCodeWithoutGasOrWithTooMuch() public {
        request.callback = RIVAL;
        _expectRefused(FEE, abi.encodeWithSelector(IJobMarket.CallbackNotContract.selector, RIVAL));
        request.callback = address(new RevertingCallback());
        bytes4 selector = IJobMarket.CallbackGasInvalid.selector;
        _expectRefused(FEE, abi.encodeWithSelector(selector, 0, 1_000_000));
        request.callbackGasLimit = 1_000_001;
        _expectRefused(FEE, abi.encodeWithSelector(selector, 1_000_001, 1_000_000));
    }

    function test_RefusesToRequestForNobodyOrForTheMarket() public {
        vm.deal(address(this), FEE);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.RequesterZero.selector));
        market.requestJobFor{value: FEE}(address(0), request);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.RecipientInvalid.selector, market));
        market.requestJobFor{value: FEE}(address(market), request);
    }

    function test_RefusesToSpendAnybodysMoneyButForTheDesk() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotRequestDesk.selector, address(this)));
        market.requestJobFrom(REQUESTER, request);
    }

    function test_TheDeskPaysInEtherFromABalanceOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 0, FEE));
        vm.prank(address(desk));
        market.requestJobFrom(REQUESTER, request);
    }

    function test_TheDeskSpendsTheRequestersAllowance() public {
        request.token = address(token);
        vm.prank(REQUESTER);
        token.approve(address(market), FEE);
        vm.prank(address(desk));
        uint256 jobId = market.requestJobFrom(REQUESTER, request);
        vm.assertEq(market.jobOf(jobId).requester, REQUESTER);
        vm.assertEq(token.balanceOf(REQUESTER), 999 ether);
        assertMarketSolvent(address(token));
    }

    function test_WhoPaysForAnotherHasNoClaimToTheJob() public {
        vm.deal(address(this), FEE);
        uint256 jobId = market.requestJobFor{value: FEE}(REQUESTER, request);
        vm.assertEq(market.jobOf(jobId).requester, REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.NotRequester.selector, jobId, address(this), REQUESTER));
        market.cancelJob(jobId);
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        vm.assertEq(market.claimableOf(address(this), ETHER), 0);
    }

    function test_RefusesATokenThatTakesAFee() public {
        FeeOnTransferToken feeToken = new FeeOnTransferToken();
        feeToken.approve(address(market), FEE);
        request.token = address(feeToken);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.TokenAmountMismatch.selector, feeToken, (FEE * 99) / 100, FEE)
        );
        market.requestJob(request);
    }

    function test_RefusesATokenThatOnlySaysItMoved() public {
        LyingToken lyingToken = new LyingToken();
        request.token = address(lyingToken);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.TokenAmountMismatch.selector, lyingToken, 0, FEE));
        market.requestJob(request);
    }

    function test_RefusesATokenThatReturnsFalse() public {
        ReturnsFalseToken falseToken = new ReturnsFalseToken();
        request.token = address(falseToken);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, falseToken));
        market.requestJob(request);
    }

    function test_RefusesAnAddressThatIsNoToken() public {
        request.token = RIVAL;
        vm.prank(REQUESTER);
        (bool success, ) = address(market).call(abi.encodeCall(IJobMarket.requestJob, (request)));
        vm.assertFalse(success);
        vm.prank(REQUESTER);
        (success, ) = address(market).call(
            abi.encodeCall(IJobMarket.requestJobWithPermit, (request, 0, 27, bytes32(0), bytes32(0)))
        );
        vm.assertFalse(success);
    }

    function test_APermitDoesNotPayInEther() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 0, FEE));
        market.requestJobWithPermit(request, block.timestamp, 27, bytes32(0), bytes32(0));
    }

    function test_ATokenThatReentersWhilePayingIsRefusedEntry() public {
        ReentrantToken reentrant = new ReentrantToken();
        reentrant.approve(address(market), type(uint256).max);
        request.token = address(reentrant);
        reentrant.callWhileMoving(address(market), abi.encodeCall(IJobMarket.cancelJob, (1)));
        market.requestJob(request);
        vm.assertFalse(reentrant.entered());
        vm.assertEq(reentrant.refusal(), _guardError());
    }

    function test_ATokenThatReentersFromItsPermitIsRefusedEntry() public {
        ReentrantPermitToken reentrant = new ReentrantPermitToken();
        reentrant.approve(address(market), type(uint256).max);
        request.token = address(reentrant);
        reentrant.callInPermit(address(market), abi.encodeCall(IJobMarket.requestJob, (request)));
        uint256 jobId = market.requestJobWithPermit(request, block.timestamp, 27, bytes32(0), bytes32(0));
        vm.assertEq(jobId, market.jobCount());
        vm.assertFalse(reentrant.entered());
        vm.assertEq(reentrant.refusal(), _guardError());
    }

    function test_AcceptsATokenThatReturnsNothing() public {
        NoReturnToken usdt = new NoReturnToken();
        usdt.approve(address(market), FEE);
        request.token = address(usdt);
        uint256 jobId = market.requestJob(request);
        vm.assertEq(usdt.balanceOf(address(market)), FEE);
        market.cancelJob(jobId);
        market.withdraw(address(usdt), RIVAL);
        vm.assertEq(usdt.balanceOf(RIVAL), FEE);
    }

    function test_KeepsTheTermsOfTheDayOfTheRequest() public {
        vm.expectEmit(address(market));
        emit IJobMarket.JobRequested(
            1,
            modelId,
            REQUESTER,
            1,
            Policy.Proof,
            ETHER,
            FEE,
            block.timestamp + DRAW_SECONDS,
            request.inputWords,
            request.inputCid
        );
        uint256 jobId = requestEther(request);
        vm.prank(ADMIN);
        market.setProtocolFee(1_000);
        vm.prank(AUTHOR);
        models.setRoyalty(modelId, 5_000);

        Job memory job = market.jobOf(jobId);
        vm.assertEq(job.requester, REQUESTER);
        vm.assertTrue(job.status == JobStatus.Requested && job.policy == Policy.Proof);
        vm.assertTrue(job.reason == EndReason.None);
        vm.assertEq(job.royaltyBps, ROYALTY_BPS);
        vm.assertEq(job.protocolFeeBps, PROTOCOL_FEE_BPS);
        vm.assertEq(job.inputHash, keccak256(abi.encodePacked(request.inputWords)));
        vm.assertEq(job.modelId, modelId);
        vm.assertEq(job.version, 1);
        vm.assertEq(job.deadline, block.timestamp + DRAW_SECONDS);
        vm.assertEq(job.drawBlock, block.number);
        vm.assertEq(job.answerSeconds, ANSWER_SECONDS);
        vm.assertEq(job.outputWords, 1);
        vm.assertEq(job.callback, address(0));
        vm.assertEq(job.provider, address(0));
    }

    /// @dev A job's terms are written slot by slot: each must come back as it went in.
    /// forge-config: default.fuzz.runs = 512
    function testFuzz_KeepsEveryTerm(uint256[9] memory draws, bool offChain, bool calledBack) public {
        request.policy = Policy(draws[0] % 3);
        bool quorum = request.policy == Policy.Quorum;
        if (request.policy != Policy.Proof) request.windowSeconds = uint32(10 + (draws[1] % 2_591_991));
        if (quorum) request.panelSize = uint8(3 + (draws[2] % 13));
        if (quorum) request.quorum = uint8(request.panelSize / 2 + 1 + (draws[3] % ((request.panelSize + 1) / 2)));
        request.openSeconds = quorum ? 0 : uint32(draws[4] % 2_592_001);
        request.fee = 1 + (draws[5] % type(uint96).max);
        request.drawSeconds = uint32(10 + (draws[6] % 2_591_991));
        request.answerSeconds = uint32(10 + (draws[7] % 86_391));
        request.inputCid = offChain ? CID : bytes("");
        if (calledBack) request.callback = address(new RevertingCallback());
        request.callbackGasLimit = uint32(1 + (draws[8] % 1_000_000));
        vm.deal(REQUESTER, request.fee);

        Job memory job = market.jobOf(requestEther(request));
        vm.assertTrue(job.status == JobStatus.Requested && job.policy == request.policy);
        vm.assertTrue(job.reason == EndReason.None && job.attempts == 0);
        vm.assertEq(job.requester, REQUESTER);
        vm.assertEq(uint256(job.royaltyBps) * 10_000 + job.protocolFeeBps, ROYALTY_BPS * 10_000 + PROTOCOL_FEE_BPS);
        vm.assertEq(job.callback, request.callback);
        vm.assertEq(job.callbackGasLimit, calledBack ? request.callbackGasLimit : 0);
        vm.assertTrue(job.panelSize == request.panelSize && job.quorum == request.quorum);
        vm.assertEq(job.token, ETHER);
        vm.assertEq(job.fee, request.fee);
        vm.assertEq(job.inputHash, keccak256(abi.encodePacked(request.inputWords)));
        vm.assertTrue(job.modelId == modelId && job.version == 1);
        vm.assertEq(job.deadline, block.timestamp + request.drawSeconds);
        vm.assertEq(job.drawBlock, block.number);
        vm.assertEq(job.drawSeconds, request.drawSeconds);
        vm.assertEq(job.answerSeconds, request.answerSeconds);
        vm.assertEq(job.openSeconds, request.openSeconds);
        vm.assertEq(job.windowSeconds, request.windowSeconds);
        vm.assertEq(job.outputWords, 1);
        vm.assertTrue(job.inputOffChain == offChain);
        vm.assertEq(job.provider, address(0));
        vm.assertEq(job.price, 0);
    }

    function test_UnknownJobsAreNamed() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobUnknown.selector, 1));
        market.jobOf(1);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.JobUnknown.selector, 0));
        market.assignJob(0, "");
    }

    function testFuzz_TakesExactlyTheFeeIntoEscrow(uint96 fee) public {
        vm.assume(fee != 0);
        request.fee = fee;
        vm.deal(REQUESTER, fee);
        uint256 jobId = requestEther(request);
        vm.assertEq(market.jobOf(jobId).fee, fee);
        vm.assertEq(market.openEscrowOf(ETHER), fee);
        vm.assertEq(REQUESTER.balance, 0);
        assertMarketSolvent(ETHER);
    }

    function _expectRefused(uint256 value, bytes memory refusal) private {
        vm.prank(REQUESTER);
        vm.expectRevert(refusal);
        market.requestJob{value: value}(request);
    }

    function _guardError() private pure returns (bytes memory) {
        return abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }
}
