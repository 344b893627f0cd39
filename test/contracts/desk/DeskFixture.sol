// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Permit, SignedRequest} from "../../../contracts/interfaces/IRequestDesk.sol";
import {RequestDesk} from "../../../contracts/jobs/RequestDesk.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice The protocol with a requester who signs: ETH in its balance in the market, tokens in its wallet.
abstract contract DeskFixture is ProtocolFixture {
    uint256 internal constant SIGNER_KEY = 0x51C;
    address internal constant RELAYER = address(0x4E1A);
    address internal immutable SIGNER = vm.addr(SIGNER_KEY);

    function setUp() public virtual override {
        super.setUp();
        vm.deal(address(this), 1_000 ether);
        market.deposit{value: 10 ether}(ETHER, 10 ether, SIGNER);
        token.transfer(SIGNER, 10 ether);
        serve(PROVIDER, address(token), FEE);
    }

    function balanceRequest() internal view returns (JobRequest memory request) {
        request = etherRequest();
        request.fromBalance = true;
    }

    function signed(JobRequest memory request) internal view returns (SignedRequest memory) {
        return SignedRequest(SIGNER, desk.nonces(SIGNER), block.timestamp + 1 hours, request);
    }

    function sign(SignedRequest memory signedRequest) internal view returns (bytes memory) {
        return signAs(SIGNER_KEY, signedRequest, desk);
    }

    function signAs(
        uint256 key,
        SignedRequest memory signedRequest,
        RequestDesk atDesk
    ) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, atDesk.digestOf(signedRequest));
        return abi.encodePacked(r, s, v);
    }

    function relay(SignedRequest memory signedRequest, bytes memory signature) internal returns (uint256) {
        Permit memory none;
        vm.prank(RELAYER);
        return desk.relayRequest(signedRequest, signature, none);
    }

    /// @dev What the desk holds is in the market, nothing of it in its own hands.
    function assertDeskHolds(address paidIn, uint256 amount) internal view {
        vm.assertEq(market.claimableOf(address(desk), paidIn), amount, "desk's balance in the market");
        vm.assertEq(address(desk).balance, 0, "ether at the desk");
        vm.assertEq(token.balanceOf(address(desk)), 0, "tokens at the desk");
        vm.assertEq(token.allowance(address(desk), address(market)), 0, "allowance of the desk");
    }
}
