// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {IRequestDesk, Permit, SignedRequest} from "../../../contracts/interfaces/IRequestDesk.sol";
import {RequestDesk} from "../../../contracts/jobs/RequestDesk.sol";
import {Policy} from "../../../contracts/types/Job.sol";
import {vm} from "../../helpers/Vm.sol";
import {DeskFixture} from "./DeskFixture.sol";
import {SmartWallet} from "./SmartWallet.sol";

contract RequestDeskRelayTest is DeskFixture {
    /// @dev Fields of SignedRequest and of its JobRequest; the last test of them counts.
    uint256 private constant FIELDS = 19;

    function test_RefusesAnExpiredRequest() public {
        SignedRequest memory request = signed(balanceRequest());
        bytes memory signature = sign(request);
        vm.warp(request.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.RequestExpired.selector, request.deadline));
        relay(request, signature);
    }

    /// @dev Or the relayer would have to pay, and be paid back by nobody.
    function test_RefusesEtherThatIsNotFromTheBalance() public {
        SignedRequest memory request = signed(etherRequest());
        bytes memory signature = sign(request);
        vm.expectRevert(IRequestDesk.RelayedEtherNeedsBalance.selector);
        relay(request, signature);
    }

    function test_RefusesWhatTheRequesterDidNotSign() public {
        SignedRequest memory request = signed(balanceRequest());
        _expectNotSigned(request, signAs(0xBAD, request, desk));
        _expectNotSigned(request, "");
        _expectNotSigned(request, new bytes(65));
    }

    function test_NobodySignsForNobodyTheDeskOrTheMarket() public {
        SignedRequest memory request = signed(balanceRequest());
        market.deposit{value: FEE}(ETHER, FEE, address(desk));
        address[3] memory requesters = [address(0), address(desk), address(market)];
        for (uint256 i = 0; i < 3; ++i) {
            request.requester = requesters[i];
            request.nonce = 0;
            _expectNotSigned(request, sign(request));
            _expectNotSigned(request, "");
        }
    }

    /// @dev Field by field: whatever a relayer changes, the signature no longer fits.
    function test_ARelayerChangesNothing() public {
        for (uint256 field = 0; field < FIELDS; ++field) {
            SignedRequest memory request = signed(balanceRequest());
            bytes memory signature = sign(request);
            _change(request, field);
            _expectNotSigned(request, signature);
        }
    }

    function test_RefusesASignatureForAnotherDeskOrChain() public {
        SignedRequest memory request = signed(balanceRequest());
        _expectNotSigned(request, signAs(SIGNER_KEY, request, new RequestDesk(address(market))));
        vm.chainId(block.chainid + 1);
        bytes memory elsewhere = sign(request);
        vm.chainId(block.chainid - 1);
        _expectNotSigned(request, elsewhere);
    }

    function test_RefusesAReplay() public {
        SignedRequest memory request = signed(balanceRequest());
        bytes memory signature = sign(request);
        relay(request, signature);
        _expectNonceRefused(request, signature, 1);
    }

    function test_RefusesANonceThatIsNotTheNext() public {
        SignedRequest memory request = signed(balanceRequest());
        request.nonce = 1;
        _expectNonceRefused(request, sign(request), 0);
    }

    function test_RefusesACancelledRequest() public {
        SignedRequest memory request = signed(balanceRequest());
        bytes memory signature = sign(request);
        vm.expectEmit(address(desk));
        emit IRequestDesk.NonceCancelled(SIGNER, 0);
        vm.prank(SIGNER);
        desk.cancelNonce();
        _expectNonceRefused(request, signature, 1);
    }

    function test_NobodyCancelsAnothersNonce() public {
        SignedRequest memory request = signed(balanceRequest());
        bytes memory signature = sign(request);
        vm.prank(RELAYER);
        desk.cancelNonce();
        vm.assertEq(relay(request, signature), 1);
    }

    /// @dev What the market refuses can be relayed when the market takes it.
    function test_ARefusedRequestKeepsItsNonce() public {
        SignedRequest memory request = signed(balanceRequest());
        bytes memory signature = sign(request);
        vm.prank(GUARDIAN);
        market.pauseRequests();
        vm.expectRevert(IJobMarket.RequestsArePaused.selector);
        relay(request, signature);
        vm.prank(GUARDIAN);
        market.unpauseRequests();
        vm.assertEq(relay(request, signature), 1);
    }

    function test_RefusesMoreThanTheBalance() public {
        JobRequest memory costly = balanceRequest();
        costly.fee = 10 ether + 1;
        SignedRequest memory request = signed(costly);
        bytes memory signature = sign(request);
        vm.expectRevert(
            abi.encodeWithSelector(IJobMarket.BalanceInsufficient.selector, SIGNER, ETHER, 10 ether, 10 ether + 1)
        );
        relay(request, signature);
    }

    function test_OpensTheRequestersJobFromItsBalance() public {
        SignedRequest memory request = signed(balanceRequest());
        bytes memory signature = sign(request);
        vm.expectEmit(address(desk));
        emit IRequestDesk.RequestRelayed(1, SIGNER, RELAYER, 0);
        uint256 jobId = relay(request, signature);

        vm.assertEq(market.jobOf(jobId).requester, SIGNER);
        vm.assertEq(market.claimableOf(SIGNER, ETHER), 10 ether - FEE);
        vm.assertEq(market.openEscrowOf(ETHER), FEE);
        vm.prank(SIGNER);
        market.cancelJob(jobId);
        vm.assertEq(market.claimableOf(SIGNER, ETHER), 10 ether);
        assertDeskHolds(ETHER, 0);
    }

    function test_OpensATokenJobFromTheAllowance() public {
        vm.prank(SIGNER);
        token.approve(address(market), FEE);
        SignedRequest memory request = signed(tokenRequest(address(token)));
        uint256 jobId = relay(request, sign(request));
        vm.assertEq(market.jobOf(jobId).requester, SIGNER);
        vm.assertEq(token.balanceOf(SIGNER), 10 ether - FEE);
        assertDeskHolds(address(token), 0);
    }

    function test_OpensATokenJobByPermit() public {
        SignedRequest memory request = signed(tokenRequest(address(token)));
        bytes memory signature = sign(request);
        Permit memory permit = _permit();
        vm.prank(RELAYER);
        desk.relayRequest(request, signature, permit);
        vm.assertEq(token.balanceOf(SIGNER), 10 ether - FEE);
    }

    function test_APermitThatSomeoneUsedFirstDoesNotBlock() public {
        SignedRequest memory request = signed(tokenRequest(address(token)));
        bytes memory signature = sign(request);
        Permit memory permit = _permit();
        token.permit(SIGNER, address(market), permit.value, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(RELAYER);
        desk.relayRequest(request, signature, permit);
        vm.assertEq(token.balanceOf(SIGNER), 10 ether - FEE);
    }

    function test_AWalletContractSignsUntilItNoLongerDoes() public {
        SmartWallet wallet = new SmartWallet(SIGNER);
        market.deposit{value: 2 * FEE}(ETHER, 2 * FEE, address(wallet));
        SignedRequest memory request = signed(balanceRequest());
        request.requester = address(wallet);
        vm.assertEq(market.jobOf(relay(request, sign(request))).requester, address(wallet));

        request.nonce = 1;
        bytes memory signature = sign(request);
        wallet.lock();
        _expectNotSigned(request, signature);
    }

    function _expectNotSigned(SignedRequest memory request, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IRequestDesk.RequestNotSigned.selector, request.requester));
        relay(request, signature);
    }

    function _expectNonceRefused(SignedRequest memory request, bytes memory signature, uint256 expected) private {
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, SIGNER, expected));
        relay(request, signature);
    }

    function _change(SignedRequest memory request, uint256 field) private view {
        JobRequest memory job = request.request;
        if (field == 0) request.requester = REQUESTER;
        if (field == 1) request.nonce += 1;
        if (field == 2) request.deadline += 1;
        if (field == 3) job.modelId += 1;
        if (field == 4) job.version += 1;
        if (field == 5) job.policy = Policy.Optimistic;
        if (field == 6) job.panelSize += 1;
        if (field == 7) job.quorum += 1;
        if (field == 8) job.token = address(token);
        if (field == 9) job.fee -= 1;
        // An ETH request must stay one from the balance, or it is refused before its signature is looked at.
        if (field == 10) (job.token, job.fromBalance) = (address(token), false);
        if (field == 11) job.drawSeconds += 1;
        if (field == 12) job.answerSeconds += 1;
        if (field == 13) job.openSeconds += 1;
        if (field == 14) job.windowSeconds += 1;
        if (field == 15) job.callback = RELAYER;
        if (field == 16) job.callbackGasLimit += 1;
        if (field == 17) job.inputWords = one(INPUT + 1);
        if (field == 18) job.inputCid = hex"00";
    }

    function _permit() private view returns (Permit memory permit) {
        permit.value = FEE;
        permit.deadline = block.timestamp;
        bytes32 data = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                SIGNER,
                address(market),
                permit.value,
                token.nonces(SIGNER),
                permit.deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), data));
        (permit.v, permit.r, permit.s) = vm.sign(SIGNER_KEY, digest);
    }
}
