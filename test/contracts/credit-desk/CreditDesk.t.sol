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

    CreditDesk private desk;

    function setUp() public override {
        super.setUp();
        desk = new CreditDesk(
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
        vm.deal(address(desk), 5 ether);
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
        CreditDesk other = new CreditDesk(market, desk.terms());
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataNotSigned.selector, APPLICANT, _inputHash(INPUT)));
        vm.prank(APPLICANT);
        other.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
    }

    function test_RefusesExpiredData() public {
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, 0, block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataExpired.selector, block.timestamp - 1));
        vm.prank(APPLICANT);
        desk.applyForCredit{value: FEE}(one(INPUT), block.timestamp - 1, signature);
    }

    function test_ASignatureServesOnce() public {
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, 0, block.timestamp);
        vm.startPrank(APPLICANT);
        desk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataNotSigned.selector, APPLICANT, _inputHash(INPUT)));
        desk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
        vm.stopPrank();
    }

    function test_OnlyTheMarketBringsResults() public {
        uint256 jobId = _apply();
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CallerNotMarket.selector, APPLICANT));
        vm.prank(APPLICANT);
        desk.onResult(jobId, one(OFFSET));
    }

    /// @dev Anyone may pay for a job with an input of their own and name the desk as its callback.
    function test_AJobThatTheDeskDidNotRequestGrantsNothing() public {
        JobRequest memory request = etherRequest();
        (request.callback, request.callbackGasLimit) = (address(desk), 200_000);
        uint256 jobId = requestEther(request);
        claim(jobId);
        vm.expectEmit(address(market));
        emit IJobMarket.CallbackExecuted(jobId, address(desk), false);
        submit(jobId);
        vm.assertEq(desk.lineOf(REQUESTER).limit, 0);
        vm.assertTrue(desk.applicationOf(jobId).status == ApplicationStatus.None);
    }

    function test_RefusesAScoreBelowTheMinimum() public {
        uint256 jobId = _apply();
        _answer(jobId, OFFSET - 51);
        _expectApplication(jobId, ApplicationStatus.Refused, -51);
        vm.assertEq(desk.lineOf(APPLICANT).limit, 0);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditLimitExceeded.selector, APPLICANT, 0, 1));
        vm.prank(APPLICANT);
        desk.draw(1);
    }

    function test_GrantsAScoreAtTheMinimumAndLendsUpToTheLimit() public {
        uint256 jobId = _apply();
        _answer(jobId, OFFSET - 50);
        _expectApplication(jobId, ApplicationStatus.Granted, MIN_SCORE);

        vm.startPrank(APPLICANT);
        uint256 before = APPLICANT.balance;
        desk.draw(LIMIT);
        vm.assertEq(APPLICANT.balance - before, LIMIT);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditLimitExceeded.selector, APPLICANT, 0, 1));
        desk.draw(1);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.RepaymentTooLarge.selector, LIMIT + 1, LIMIT));
        desk.repay{value: LIMIT + 1}();
        desk.repay{value: 1 ether}();
        desk.draw(1 ether);
        vm.stopPrank();
    }

    /// @dev Higher bits of the word are not the score's: 12 bits are.
    function test_ReadsOnlyTheBitsOfTheScore() public {
        uint256 jobId = _apply();
        _answer(jobId, (uint256(5) << 12) | (OFFSET + 3));
        _expectApplication(jobId, ApplicationStatus.Granted, 3);
    }

    function test_ReclaimWaitsForTheRefund() public {
        uint256 jobId = _apply();
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.JobNotRefunded.selector, jobId, JobStatus.Requested));
        desk.reclaim(jobId);
    }

    function test_GivesTheFeesOfUnansweredJobsBackToEachOnce() public {
        uint256 first = _apply();
        uint256 second = _apply();
        vm.warp(block.timestamp + desk.CLAIM_SECONDS() + 1);
        market.refundJob(first);
        market.refundJob(second);

        uint256 before = APPLICANT.balance;
        desk.reclaim(first);
        vm.assertEq(APPLICANT.balance, before + FEE);
        // The second fee arrived with the first one; the lender can not take it.
        vm.assertEq(desk.reservedFees(), FEE);
        vm.assertEq(desk.liquidity(), 5 ether);
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.DeskLiquidityInsufficient.selector, 5 ether, 5 ether + 1));
        desk.withdrawLiquidity(RIVAL, 5 ether + 1);
        desk.withdrawLiquidity(RIVAL, 5 ether);

        desk.reclaim(second);
        vm.assertEq(APPLICANT.balance, before + 2 * FEE);
        vm.expectRevert(
            abi.encodeWithSelector(CreditDesk.ApplicationNotPending.selector, first, ApplicationStatus.Reclaimed)
        );
        desk.reclaim(first);
    }

    function test_AnAnsweredJobIsNotReclaimed() public {
        uint256 jobId = _apply();
        _answer(jobId, OFFSET);
        vm.expectRevert(
            abi.encodeWithSelector(CreditDesk.ApplicationNotPending.selector, jobId, ApplicationStatus.Granted)
        );
        desk.reclaim(jobId);
    }

    function test_OnlyTheLenderWithdrawsLiquidity() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, RIVAL));
        vm.prank(RIVAL);
        desk.withdrawLiquidity(RIVAL, 1);
    }

    function _apply() private returns (uint256) {
        uint256 nonce = desk.nonces(APPLICANT);
        bytes memory signature = _sign(OFFICER_KEY, APPLICANT, INPUT, nonce, block.timestamp);
        vm.prank(APPLICANT);
        return desk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
    }

    function _answer(uint256 jobId, uint256 word) private {
        claim(jobId);
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, PROVIDER, word), 0);
        vm.expectEmit(address(market));
        emit IJobMarket.CallbackExecuted(jobId, address(desk), true);
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(word), proof);
    }

    function _expectApplication(uint256 jobId, ApplicationStatus status, int256 score) private view {
        Application memory application = desk.applicationOf(jobId);
        vm.assertTrue(application.status == status);
        vm.assertEq(application.applicant, APPLICANT);
        vm.assertEq(application.score, score);
    }

    function _expectNotSigned(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(CreditDesk.CreditDataNotSigned.selector, APPLICANT, _inputHash(INPUT)));
        vm.prank(APPLICANT);
        desk.applyForCredit{value: FEE}(one(INPUT), block.timestamp, signature);
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
                address(desk)
            )
        );
        bytes32 data = keccak256(
            abi.encode(desk.CREDIT_DATA_TYPEHASH(), applicant, _inputHash(input), nonce, deadline)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, data)));
        return abi.encodePacked(r, s, v);
    }
}
