// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IVerifierRegistry} from "../../../contracts/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";
import {VerifierRegistry} from "../../../contracts/verifiers/VerifierRegistry.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract VerifierRegistryTest is ProtocolFixture {
    bytes32 private constant SYSTEM = keccak256("groth16-bn254");
    bytes32 private constant OTHER_SYSTEM = keccak256("another");
    uint256 private constant BETA = 64;
    uint256 private constant GAMMA = 192;
    uint256 private constant DELTA = 320;
    uint256 private constant IC = 448;

    bytes private key;

    function setUp() public override {
        super.setUp();
        key = ForgingKey.encode(3, 9);
    }

    function test_RefusesAnUnknownProofSystem() public {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemUnknown.selector, OTHER_SYSTEM));
        verifiers.deployVerifier(OTHER_SYSTEM, key);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemUnknown.selector, OTHER_SYSTEM));
        verifiers.predictVerifier(OTHER_SYSTEM, key);
    }

    function test_RefusesAKeyOfAnotherLength() public {
        _expectLengthRefused("");
        _expectLengthRefused(_prefix(key, key.length - 1));
        _expectLengthRefused(bytes.concat(key, hex"00"));
        _expectLengthRefused(_prefix(key, IC));
        // IC[0] alone: a key that binds nothing.
        _expectLengthRefused(_prefix(key, IC + 64));
        _expectLengthRefused(ForgingKey.encode(33, 0));
    }

    function test_AcceptsOneAndThirtyTwoSignals() public {
        vm.assertEq(deployVerifier(1, 0).publicSignalCount(), 1);
        vm.assertEq(deployVerifier(32, 0).publicSignalCount(), 32);
    }

    function test_RefusesEveryPointAtInfinity() public {
        uint256[4] memory offsets = [0, BETA, GAMMA, DELTA];
        for (uint256 i = 0; i < 4; ++i) _expectPointRefused(_zeroed(offsets[i], i == 0 ? 64 : 128), i);
        for (uint256 i = 0; i < 4; ++i) _expectPointRefused(_zeroed(IC + 64 * i, 64), 4 + i);
    }

    function test_RefusesEveryPointOffItsCurve() public {
        uint256[4] memory offsets = [0, BETA, GAMMA, DELTA];
        for (uint256 i = 0; i < 4; ++i) _expectPointRefused(_incremented(offsets[i] + 32), i);
        for (uint256 i = 0; i < 4; ++i) _expectPointRefused(_incremented(IC + 64 * i), 4 + i);
    }

    function test_RefusesACoordinateThatIsNotReduced() public {
        _expectPointRefused(_plus(0, Bn254.BASE_ORDER), 0);
        _expectPointRefused(_plus(GAMMA + 64, Bn254.BASE_ORDER), 2);
        _expectPointRefused(_plus(IC + 64, Bn254.BASE_ORDER), 5);
    }

    function test_RefusesAPointOutsideTheSubgroup() public {
        (uint256 x1, uint256 x0, uint256 y1, uint256 y0) = ForgingKey.pointOutsideG2();
        bytes memory outside = abi.encode(x1, x0, y1, y0);
        uint256[3] memory offsets = [BETA, GAMMA, DELTA];
        for (uint256 i = 0; i < 3; ++i) _expectPointRefused(_spliced(offsets[i], outside), i + 1);
    }

    /// @dev With gamma = ±delta, C can absorb any public input.
    function test_RefusesGammaEqualToDelta() public {
        bytes memory degenerate = _spliced(DELTA, _slice(key, GAMMA, 128));
        vm.expectRevert(IVerifierRegistry.VerificationKeyDegenerate.selector);
        verifiers.deployVerifier(SYSTEM, degenerate);
    }

    function test_RefusesGammaOppositeToDelta() public {
        (uint256 x1, uint256 x0, uint256 y1, uint256 y0) = abi.decode(
            _slice(key, GAMMA, 128),
            (uint256, uint256, uint256, uint256)
        );
        bytes memory opposite = abi.encode(x1, x0, Bn254.BASE_ORDER - y1, Bn254.BASE_ORDER - y0);
        bytes memory degenerate = _spliced(DELTA, opposite);
        vm.expectRevert(IVerifierRegistry.VerificationKeyDegenerate.selector);
        verifiers.deployVerifier(SYSTEM, degenerate);
    }

    function test_OnlyTheOwnerAddsAndRetires() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        verifiers.addProofSystem(OTHER_SYSTEM, address(market));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        verifiers.retireProofSystem(SYSTEM);
    }

    function test_AProofSystemIsNeverReplaced() public {
        address implementation = address(new Groth16Verifier());
        vm.startPrank(ADMIN);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemExists.selector, SYSTEM));
        verifiers.addProofSystem(SYSTEM, implementation);

        verifiers.retireProofSystem(SYSTEM);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemExists.selector, SYSTEM));
        verifiers.addProofSystem(SYSTEM, implementation);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemIsRetired.selector, SYSTEM));
        verifiers.retireProofSystem(SYSTEM);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemUnknown.selector, OTHER_SYSTEM));
        verifiers.retireProofSystem(OTHER_SYSTEM);
        vm.stopPrank();
    }

    function test_RefusesAnImplementationWithoutCode() public {
        vm.prank(ADMIN);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ImplementationNotContract.selector, AUTHOR));
        verifiers.addProofSystem(OTHER_SYSTEM, AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ImplementationNotContract.selector, AUTHOR));
        new VerifierRegistry(ADMIN, AUTHOR);
    }

    function test_RetiringStopsNewVerifiersAndKeepsTheOldOnes() public {
        address verifier = verifiers.deployVerifier(SYSTEM, key);
        vm.prank(ADMIN);
        verifiers.retireProofSystem(SYSTEM);

        vm.assertTrue(verifiers.isRetired(SYSTEM));
        vm.assertTrue(verifiers.isVerifier(verifier));
        vm.assertEq(verifiers.deployVerifier(SYSTEM, key), verifier);
        bytes memory fresh = ForgingKey.encode(3, 10);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.ProofSystemIsRetired.selector, SYSTEM));
        verifiers.deployVerifier(SYSTEM, fresh);
    }

    function test_DeploysAtThePredictedAddressOnce() public {
        address predicted = verifiers.predictVerifier(SYSTEM, key);
        vm.assertFalse(verifiers.isVerifier(predicted));

        vm.expectEmit(address(verifiers));
        emit IVerifierRegistry.VerifierDeployed(predicted, SYSTEM, keccak256(key));
        vm.assertEq(verifiers.deployVerifier(SYSTEM, key), predicted);
        vm.assertTrue(verifiers.isVerifier(predicted));
        vm.assertEq(verifiers.proofSystemOf(predicted), SYSTEM);
        // Whoever comes second gets the same verifier, and no error to be griefed with.
        vm.prank(RIVAL);
        vm.assertEq(verifiers.deployVerifier(SYSTEM, key), predicted);
    }

    /// @dev The registry of models takes the zero address for "no circuit": nothing may ever verify there.
    function test_TheZeroAddressIsNoVerifier() public view {
        vm.assertFalse(verifiers.isVerifier(address(0)));
        vm.assertEq(verifiers.proofSystemOf(address(0)), bytes32(0));
    }

    function test_TheImplementationIsNoVerifier() public view {
        vm.assertFalse(verifiers.isVerifier(verifiers.implementationOf(SYSTEM)));
    }

    function _expectLengthRefused(bytes memory bad) private {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerificationKeyLengthInvalid.selector, bad.length));
        verifiers.deployVerifier(SYSTEM, bad);
    }

    /// @dev A wrong G2 point takes all gas but 1/64: a limit keeps the test's own.
    function _expectPointRefused(bytes memory bad, uint256 index) private {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerificationKeyPointInvalid.selector, index));
        verifiers.deployVerifier{gas: 2_000_000}(SYSTEM, bad);
    }

    function _slice(bytes memory data, uint256 offset, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) part[i] = data[offset + i];
    }

    function _prefix(bytes memory data, uint256 length) private pure returns (bytes memory) {
        return _slice(data, 0, length);
    }

    function _spliced(uint256 offset, bytes memory part) private view returns (bytes memory bad) {
        bad = key;
        for (uint256 i = 0; i < part.length; ++i) bad[offset + i] = part[i];
    }

    function _zeroed(uint256 offset, uint256 length) private view returns (bytes memory) {
        return _spliced(offset, new bytes(length));
    }

    function _incremented(uint256 offset) private view returns (bytes memory) {
        return _plus(offset, 1);
    }

    function _plus(uint256 offset, uint256 amount) private view returns (bytes memory) {
        uint256 coordinate = abi.decode(_slice(key, offset, 32), (uint256));
        return _spliced(offset, abi.encode(coordinate + amount));
    }
}
