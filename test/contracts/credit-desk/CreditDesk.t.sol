// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {JobStatus} from "../../../contracts/types/Job.sol";
import {
    Application,
    ApplicationStatus,
    CreditDesk,
    CreditTerms
} from "../../../examples/credit-desk/contracts/CreditDesk.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract CreditDeskTest is ProtocolFixture {
    uint256 private constant OFFICER_KEY = 0x0FF1CE;
    uint256 private constant OFFSET = 1_000;
    int256 private constant MIN_SCORE = -50;
    uint256 private constant LIMIT = 2 ether;
    address private constant APPLICANT = address(0xA991);

    CreditDesk private creditDesk;

    function setUp() public override {
        super.setUp();
        creditDesk = new CreditDesk(
            market,
            CreditTerms({
                modelId: modelId,
                version: 1,
                outputBits: 12,
                outputOffset: OFFSET,
                minScore: MIN_SCORE,
                creditLimit: LIMIT,
                dataOfficer: vm.addr(OFFICER_KEY)
            })
        );
        vm.deal(APPLICANT, 10 ether);
        vm.deal(address(creditDesk), 5 ether);
    }

    function test_RefusesDataThatNobodySigned() public {
        bytes memory forged = _sign(0xBAD, APPLICANT, INPUT, 0, block.timestamp);
        _expectNotSigned(forged);
        _expectNotSigned("");
    }

    function test_RefusesDataOfAnotherApplicantInputOrNonce() public {
        _expectNotSigned(_sign(OFFICER_KEY, RIVAL, INPUT, 0, block.timestamp));
        _expectNotSigned(_sign(OFFICER_KEY, APPLICANT, INPUT + 1, 0, block.timestamp));
        _expectNotSigned(_sign(OFFICER_KEY, APPLICANT, INPUT, 1, block.timestamp));
    }

    function test_RefusesASignatureForAnotherDesk() public {
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, 0, block.timestamp);
        CreditDesk other = new CreditDesk(market, creditDesk.terms());
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataNotSigned.selector, APPLICANT, _inputHash(INPUT)));
        vm.prank(APPLICANT);
        other.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
    }

    function test_RefusesExpiredData() public {
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, 0, block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataExpired.selector, block.timestamp - 1));
        vm.prank(APPLICANT);
        creditDesk.applyForCredit{value: FEE}(one(INPUT), block.timestamp - 1, signature);
    }

    function test_ASignatureServesOnce() public {
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, 0, block.timestamp);
        vm.startPrank(APPLICANT);
        creditDesk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataNotSigned.selector, APPLICANT, _inputHash(INPUT)));
        creditDesk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
        vm.stopPrank();
    }

    function test_OnlyTheMarketBringsResults() public {
        uint256 jobId = _apply();
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CallerNotMarket.selector, APPLICANT));
        vm.prank(APPLICANT);
        creditDesk.onFinalized(jobId, one(OFFSET));
    }

    /// @dev A provisional answer can fall: not even the market grants a line by one.
    function test_GrantsNothingOnAnAnswerThatIsNotFinal() public {
        uint256 jobId = _apply();
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.AnswerNotFinal.selector, jobId));
        vm.prank(address(market));
        creditDesk.onResult(jobId, one(OFFSET));
        _expectApplication(jobId, ApplicationStatus.Pending, 0);
    }

    /// @dev Anyone may pay for a job with an input of their own and name the creditDesk as its callback.
    function test_AJobThatTheDeskDidNotRequestGrantsNothing() public {
        JobRequest memory request = etherRequest();
        (request.callback, request.callbackGasLimit) = (address(creditDesk), 200_000);
        uint256 jobId = requestEther(request);
        assign(jobId);
        vm.expectEmit(address(market));
        emit IJobMarket.CallbackExecuted(jobId, address(creditDesk), false);
        submit(jobId);
        vm.assertEq(creditDesk.lineOf(REQUESTER).limit, 0);
        vm.assertTrue(creditDesk.applicationOf(jobId).status == ApplicationStatus.None);
    }

    function test_RefusesAScoreBelowTheMinimum() public {
        uint256 jobId = _apply();
        _answer(jobId, OFFSET - 51);
        _expectApplication(jobId, ApplicationStatus.Refused, -51);
        vm.assertEq(creditDesk.lineOf(APPLICANT).limit, 0);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditLimitExceeded.selector, APPLICANT, 0, 1));
        vm.prank(APPLICANT);
        creditDesk.draw(1);
    }

    function test_GrantsAScoreAtTheMinimumAndLendsUpToTheLimit() public {
        uint256 jobId = _apply();
        _answer(jobId, OFFSET - 50);
        _expectApplication(jobId, ApplicationStatus.Granted, MIN_SCORE);

        vm.startPrank(APPLICANT);
        uint256 before = APPLICANT.balance;
        creditDesk.draw(LIMIT);
        vm.assertEq(APPLICANT.balance - before, LIMIT);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditLimitExceeded.selector, APPLICANT, 0, 1));
        creditDesk.draw(1);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.RepaymentTooLarge.selector, LIMIT + 1, LIMIT));
        creditDesk.repay{value: LIMIT + 1}();
        creditDesk.repay{value: 1 ether}();
        creditDesk.draw(1 ether);
        vm.stopPrank();
    }

    /// @dev Higher bits of the word are not the score's: 12 bits are.
    function test_ReadsOnlyTheBitsOfTheScore() public {
        uint256 jobId = _apply();
        _answer(jobId, (uint256(5) << 12) | (OFFSET + 3));
        _expectApplication(jobId, ApplicationStatus.Granted, 3);
    }

    function test_ReclaimWaitsForTheEnd() public {
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.ApplicationUnknown.selector, 99));
        creditDesk.reclaim(99);
        uint256 jobId = _apply();
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.JobNotEnded.selector, jobId, JobStatus.Requested));
        creditDesk.reclaim(jobId);
        assign(jobId);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.JobNotEnded.selector, jobId, JobStatus.Assigned));
        creditDesk.reclaim(jobId);
    }

    function test_NothingComesBackOfAnAnswerThatCostTheWholeFee() public {
        uint256 jobId = _apply();
        _answer(jobId, OFFSET);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.NothingToReclaim.selector, jobId));
        creditDesk.reclaim(jobId);
    }

    /// @dev Nobody else's job is reclaimed from the desk, although its refund goes through the same market.
    function test_AJobOfAnotherIsNotReclaimed() public {
        uint256 jobId = requestEther();
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.ApplicationUnknown.selector, jobId));
        creditDesk.reclaim(jobId);
    }

    function test_GivesTheFeesOfUnansweredJobsBackToEachOnce() public {
        uint256 first = _apply();
        uint256 second = _apply();
        vm.warp(block.timestamp + creditDesk.DRAW_SECONDS() + creditDesk.OPEN_SECONDS() + 1);
        market.refundJob(first);
        market.refundJob(second);

        uint256 before = APPLICANT.balance;
        creditDesk.reclaim(first);
        _expectApplication(first, ApplicationStatus.Unanswered, 0);
        vm.assertEq(APPLICANT.balance, before + FEE);
        // The second fee arrived with the first one; the lender can not take it.
        vm.assertEq(creditDesk.reservedFees(), FEE);
        vm.assertEq(creditDesk.liquidity(), 5 ether);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.DeskLiquidityInsufficient.selector, 5 ether, 5 ether + 1));
        creditDesk.withdrawLiquidity(RIVAL, 5 ether + 1);
        creditDesk.withdrawLiquidity(RIVAL, 5 ether);

        creditDesk.reclaim(second);
        vm.assertEq(APPLICANT.balance, before + 2 * FEE);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.NothingToReclaim.selector, first));
        creditDesk.reclaim(first);
    }

    /// @dev What the provider did not ask for is the applicant's, whatever the decision and whoever reclaims it.
    function testFuzz_GivesBackWhatEachAnswerDidNotCost(uint96 offered, uint256 word) public {
        uint256 unspent = uint256(offered) % 5 ether;
        uint256 first = _apply(FEE + unspent);
        uint256 second = _apply(FEE + 1);
        _answer(first, OFFSET - 100 + (word % 200));
        _answer(second, OFFSET);

        uint256 before = APPLICANT.balance;
        vm.prank(RIVAL);
        creditDesk.reclaim(second);
        vm.assertEq(APPLICANT.balance, before + 1);
        vm.assertEq(creditDesk.reservedFees(), unspent);
        vm.assertEq(creditDesk.liquidity(), 5 ether);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.NothingToReclaim.selector, second));
        creditDesk.reclaim(second);
        if (unspent != 0) creditDesk.reclaim(first);
        vm.assertEq(APPLICANT.balance, before + 1 + unspent);
        vm.assertEq(creditDesk.reservedFees(), 0);
        vm.assertTrue(creditDesk.applicationOf(second).status == ApplicationStatus.Granted);
    }

    function test_OnlyTheLenderWithdrawsLiquidity() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, RIVAL));
        vm.prank(RIVAL);
        creditDesk.withdrawLiquidity(RIVAL, 1);
    }

    function _apply() private returns (uint256) {
        return _apply(FEE);
    }

    function _apply(uint256 fee) private returns (uint256) {
        uint256 nonce = creditDesk.nonces(APPLICANT);
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, nonce, block.timestamp);
        vm.prank(APPLICANT);
        return creditDesk.applyForCredit{value: fee}(one(INPUT), block.timestamp, signature);
    }

    function _answer(uint256 jobId, uint256 word) private {
        assign(jobId);
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, PROVIDER, word), 0);
        vm.expectEmit(address(market));
        emit IJobMarket.CallbackExecuted(jobId, address(creditDesk), true);
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(word), proof);
    }

    function _expectApplication(uint256 jobId, ApplicationStatus status, int256 score) private view {
        Application memory application = creditDesk.applicationOf(jobId);
        vm.assertTrue(application.status == status);
        vm.assertEq(application.applicant, APPLICANT);
        vm.assertEq(application.score, score);
    }

    function _expectNotSigned(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataNotSigned.selector, APPLICANT, _inputHash(INPUT)));
        vm.prank(APPLICANT);
        creditDesk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
    }

    function _inputHash(uint256 input) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(one(input)));
    }

    function _sign(
        uint256 key,
        address applicant,
        uint256 input,
        uint256 nonce,
        uint256 deadline
    ) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("CreditDesk"),
                keccak256("1"),
                block.chainid,
                address(creditDesk)
            )
        );
        bytes32 data = keccak256(
            abi.encode(creditDesk.CREDIT_DATA_TYPEHASH(), applicant, _inputHash(input), nonce, deadline)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, data)));
        return abi.encodePacked(r, s, v);
    }
}
