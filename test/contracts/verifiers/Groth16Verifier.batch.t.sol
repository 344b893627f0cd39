// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../../../contracts/interfaces/IGroth16Verifier.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract Groth16VerifierBatchTest is ProtocolFixture {
    uint256 private constant COUNT = 4;
    IGroth16Verifier private verifier;

    function setUp() public override {
        super.setUp();
        verifier = deployVerifier(3, 0);
    }

    function test_RefusesNoProofs() public view {
        vm.assertFalse(verifier.verifyBatch(new uint256[8][](0), new uint256[][](0)));
    }

    function test_RefusesAnotherNumberOfSignalSetsThanOfProofs() public view {
        (uint256[8][] memory proofs, ) = _batch(COUNT);
        (, uint256[][] memory fewer) = _batch(COUNT - 1);
        (, uint256[][] memory more) = _batch(COUNT + 1);
        vm.assertFalse(verifier.verifyBatch(proofs, fewer));
        vm.assertFalse(verifier.verifyBatch(proofs, more));
        vm.assertFalse(verifier.verifyBatch(proofs, new uint256[][](0)));
    }

    function test_TheImplementationWithoutAKeyAcceptsNothing() public {
        IGroth16Verifier bare = new Groth16Verifier();
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        vm.assertFalse(bare.verifyBatch(proofs, signals));
        vm.assertFalse(bare.verifyBatch(proofs, new uint256[][](2)));
        // Nothing but points at infinity: every equation of an empty key would hold.
        vm.assertFalse(bare.verifyBatch(new uint256[8][](2), new uint256[][](2)));
    }

    function test_RefusesFewerAndMoreSignalsInOneProof() public view {
        for (uint256 count = 0; count < 6; ++count) {
            if (count == 3) continue;
            (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(COUNT);
            signals[2] = new uint256[](count);
            vm.assertFalse(verifier.verifyBatch(proofs, signals));
        }
    }

    function test_RefusesASignalThatIsNotBelowTheFieldOrder() public view {
        for (uint256 i = 0; i < COUNT; ++i) {
            (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(COUNT);
            // The same scalar by another name.
            signals[i][i % 3] += Bn254.SCALAR_ORDER;
            vm.assertFalse(verifier.verifyBatch(proofs, signals));
            signals[i][i % 3] = type(uint256).max;
            vm.assertFalse(verifier.verifyBatch(proofs, signals));
        }
    }

    function test_RefusesACoordinateThatIsNotReducedOrOffByOne() public view {
        for (uint256 i = 0; i < 8; ++i) {
            (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
            uint256 coordinate = proofs[1][i];
            proofs[1][i] = coordinate + Bn254.BASE_ORDER;
            vm.assertFalse(_verify(proofs, signals));
            proofs[1][i] = addmod(coordinate, 1, Bn254.BASE_ORDER);
            vm.assertFalse(_verify(proofs, signals));
            proofs[1][i] = coordinate;
            vm.assertTrue(_verify(proofs, signals));
        }
    }

    function test_RefusesPointsAtInfinityAndOutsideTheSubgroup() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        (proofs[1][2], proofs[1][3], proofs[1][4], proofs[1][5]) = ForgingKey.pointOutsideG2();
        vm.assertFalse(_verify(proofs, signals));
        uint256[8] memory zeros;
        proofs[1] = zeros;
        vm.assertFalse(_verify(proofs, signals));
        proofs[0] = zeros;
        vm.assertFalse(_verify(proofs, signals));
    }

    function test_RefusesOneBadProofAmongGoodOnes() public view {
        for (uint256 bad = 0; bad < COUNT; ++bad) {
            (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(COUNT);
            proofs[bad][7] = Bn254.BASE_ORDER - proofs[bad][7];
            vm.assertFalse(verifier.verifyBatch(proofs, signals));
            proofs[bad] = ForgingKey.prove(signals[bad], 1);
            vm.assertFalse(verifier.verifyBatch(proofs, signals));
        }
    }

    /// @dev The product of the equations as they are is the same with the C of one proof in another.
    function test_RefusesSwappedCs() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        (proofs[0][6], proofs[1][6]) = (proofs[1][6], proofs[0][6]);
        (proofs[0][7], proofs[1][7]) = (proofs[1][7], proofs[0][7]);
        vm.assertTrue(_plainProductHolds(proofs, signals));
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    /// @dev Two forged proofs of false statements: C + D and C − D. Each is off, and their errors cancel in the product.
    function test_RefusesForgedProofsWhoseErrorsCancel() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        (uint256 x, uint256 y) = (uint256(1), uint256(2));
        (proofs[0][6], proofs[0][7]) = _add(proofs[0][6], proofs[0][7], x, y);
        (proofs[1][6], proofs[1][7]) = _add(proofs[1][6], proofs[1][7], x, Bn254.BASE_ORDER - y);
        vm.assertFalse(verifier.verifyProof(proofs[0], signals[0]));
        vm.assertTrue(_plainProductHolds(proofs, signals));
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    /// @dev The same with the statements: one output more here, one less there, and the sum of all is as proven.
    function test_RefusesFalseAnswersWhoseErrorsCancel() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        signals[0][0] += 1;
        signals[1][0] -= 1;
        vm.assertTrue(_plainProductHolds(proofs, signals));
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    /// @dev The powers depend on every word: errors that cancel for the powers of one batch do not in the batch that has
    /// them. Here with the powers that the batch had before it was forged.
    function test_RefusesErrorsThatCancelForThePowersOfTheGoodBatch() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        bytes memory data = abi.encodeCall(IGroth16Verifier.verifyBatch, (proofs, signals));
        bytes32 seed = keccak256(bytes.concat(verifier.verificationKey(), data));
        uint256[2] memory powers;
        for (uint256 i = 0; i < 2; ++i) powers[i] = uint128(uint256(keccak256(abi.encode(seed, i))));
        // C0 + r1·D and C1 − r0·D: r0·r1·D − r1·r0·D = 0.
        (uint256 x, uint256 y) = _multiply(1, 2, powers[1]);
        (proofs[0][6], proofs[0][7]) = _add(proofs[0][6], proofs[0][7], x, y);
        (x, y) = _multiply(1, 2, powers[0]);
        (proofs[1][6], proofs[1][7]) = _add(proofs[1][6], proofs[1][7], x, Bn254.BASE_ORDER - y);
        vm.assertTrue(_productHolds(proofs, signals, powers));
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    function test_RefusesPermutedSignals() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(COUNT);
        (signals[0], signals[3]) = (signals[3], signals[0]);
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
        (signals[0], signals[3]) = (signals[3], signals[0]);
        (signals[1][0], signals[1][1]) = (signals[1][1], signals[1][0]);
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    function test_RefusesOneProofForTwoStatements() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        proofs[1] = proofs[0];
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    /// @dev It is the market that lets no job be settled twice.
    function test_AcceptsTheSameTrueProofTwice() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        (proofs[1], signals[1]) = (proofs[0], signals[0]);
        vm.assertTrue(verifier.verifyBatch(proofs, signals));
    }

    function test_AcceptsTheSmallestAndTheLargestSignals() public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(2);
        for (uint256 i = 0; i < 3; ++i) (signals[0][i], signals[1][i]) = (0, Bn254.SCALAR_ORDER - 1);
        for (uint256 i = 0; i < 2; ++i) proofs[i] = ForgingKey.prove(signals[i], 0);
        vm.assertTrue(verifier.verifyBatch(proofs, signals));
    }

    function test_AcceptsOneAndManyForKeysOfSeveralSizes() public {
        uint256[4] memory sizes = [uint256(1), 2, 8, 32];
        for (uint256 i = 0; i < sizes.length; ++i) {
            IGroth16Verifier other = deployVerifier(sizes[i], 0);
            uint256 count = 1 + 3 * i;
            uint256[8][] memory proofs = new uint256[8][](count);
            uint256[][] memory signals = new uint256[][](count);
            for (uint256 j = 0; j < count; ++j) {
                signals[j] = new uint256[](sizes[i]);
                for (uint256 k = 0; k < sizes[i]; ++k) signals[j][k] = uint256(keccak256(abi.encode(j, k))) >> 8;
                proofs[j] = ForgingKey.prove(signals[j], 0);
            }
            vm.assertTrue(other.verifyBatch(proofs, signals));
            signals[count - 1][sizes[i] - 1] ^= 1;
            vm.assertFalse(other.verifyBatch(proofs, signals));
        }
    }

    function test_TooLittleGasRevertsAndDoesNotSayFalse() public {
        uint256[2] memory sizes = [uint256(3), 32];
        for (uint256 i = 0; i < 2; ++i) {
            IGroth16Verifier checked = sizes[i] == 3 ? verifier : deployVerifier(32, 0);
            for (uint256 count = 1; count < 20; count += 9) {
                _expectNeverCalledInvalid(checked, sizes[i], count);
            }
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_AcceptsTrueSignalsAndNoOthers(
        uint256 seed,
        uint256 which,
        uint256 index,
        uint256 delta
    ) public view {
        (uint256[8][] memory proofs, uint256[][] memory signals) = _batch(3, seed);
        vm.assertTrue(verifier.verifyBatch(proofs, signals));
        uint256 changed = signals[which % 3][index % 3];
        changed = addmod(changed, 1 + (delta % (Bn254.SCALAR_ORDER - 1)), Bn254.SCALAR_ORDER);
        signals[which % 3][index % 3] = changed;
        vm.assertFalse(verifier.verifyBatch(proofs, signals));
    }

    /// @dev From far too little gas to enough: what comes back is an error, or true.
    function _expectNeverCalledInvalid(IGroth16Verifier checked, uint256 size, uint256 count) private view {
        uint256[8][] memory proofs = new uint256[8][](count);
        uint256[][] memory signals = new uint256[][](count);
        for (uint256 i = 0; i < count; ++i) {
            signals[i] = new uint256[](size);
            for (uint256 j = 0; j < size; ++j) signals[i][j] = uint256(keccak256(abi.encode(i, j))) >> 8;
            proofs[i] = ForgingKey.prove(signals[i], 0);
        }
        bytes memory data = abi.encodeCall(IGroth16Verifier.verifyBatch, (proofs, signals));
        bool said = false;
        uint256 most = 260_000 + size * 8_000 + count * (60_000 + size * 600);
        for (uint256 gasLimit = 20_000; gasLimit < most; gasLimit += most / 60) {
            (bool success, bytes memory result) = address(checked).staticcall{gas: gasLimit}(data);
            said = success;
            if (success) vm.assertTrue(abi.decode(result, (bool)), "a valid batch was called invalid");
        }
        vm.assertTrue(said, "never enough gas");
    }

    /// @dev A malformed point takes all the gas but 1/64: give it a bounded amount.
    function _verify(uint256[8][] memory proofs, uint256[][] memory signals) private view returns (bool) {
        return verifier.verifyBatch{gas: 2_000_000}(proofs, signals);
    }

    /// @dev What a batch would check without powers.
    function _plainProductHolds(uint256[8][] memory proofs, uint256[][] memory signals) private view returns (bool) {
        return _productHolds(proofs, signals, [uint256(1), 1]);
    }

    /// @dev Π e(−rᵢ·Aᵢ, Bᵢ) · e(rᵢ·alpha, beta) · e(rᵢ·Sᵢ, gamma) · e(rᵢ·Cᵢ, delta) = 1 for two proofs and given powers,
    /// pairing by pairing.
    function _productHolds(
        uint256[8][] memory proofs,
        uint256[][] memory signals,
        uint256[2] memory powers
    ) private view returns (bool) {
        bytes memory input;
        bytes memory key = verifier.verificationKey();
        for (uint256 i = 0; i < 2; ++i) {
            uint256[8] memory proof = proofs[i];
            input = bytes.concat(
                input,
                _point(proof[0], proof[1], Bn254.SCALAR_ORDER - powers[i]),
                abi.encode(proof[2], proof[3], proof[4], proof[5])
            );
            (uint256 x, uint256 y) = _keyPoint(key, 0);
            input = bytes.concat(input, _point(x, y, powers[i]), ForgingKey.BETA_G2);
            (x, y) = _keyPoint(key, 448);
            for (uint256 j = 0; j < 3; ++j) {
                (uint256 icX, uint256 icY) = _keyPoint(key, 512 + 64 * j);
                (icX, icY) = _multiply(icX, icY, signals[i][j]);
                (x, y) = _add(x, y, icX, icY);
            }
            input = bytes.concat(input, _point(x, y, powers[i]), ForgingKey.GAMMA_G2);
            input = bytes.concat(input, _point(proof[6], proof[7], powers[i]), ForgingKey.DELTA_G2);
        }
        (bool success, bytes memory result) = address(0x08).staticcall(input);
        return success && abi.decode(result, (uint256)) == 1;
    }

    function _keyPoint(bytes memory key, uint256 offset) private pure returns (uint256 x, uint256 y) {
        assembly ("memory-safe") {
            x := mload(add(add(key, 0x20), offset))
            y := mload(add(add(key, 0x40), offset))
        }
    }

    function _point(uint256 x, uint256 y, uint256 scalar) private view returns (bytes memory) {
        (x, y) = _multiply(x, y, scalar);
        return abi.encode(x, y);
    }

    function _multiply(uint256 x, uint256 y, uint256 scalar) private view returns (uint256, uint256) {
        (bool success, bytes memory point) = address(0x07).staticcall(abi.encode(x, y, scalar));
        require(success, "ecMul");
        return abi.decode(point, (uint256, uint256));
    }

    function _add(uint256 x1, uint256 y1, uint256 x2, uint256 y2) private view returns (uint256, uint256) {
        (bool success, bytes memory point) = address(0x06).staticcall(abi.encode(x1, y1, x2, y2));
        require(success, "ecAdd");
        return abi.decode(point, (uint256, uint256));
    }

    function _batch(uint256 count) private view returns (uint256[8][] memory, uint256[][] memory) {
        return _batch(count, 0);
    }

    function _batch(
        uint256 count,
        uint256 seed
    ) private view returns (uint256[8][] memory proofs, uint256[][] memory signals) {
        proofs = new uint256[8][](count);
        signals = new uint256[][](count);
        for (uint256 i = 0; i < count; ++i) {
            signals[i] = new uint256[](3);
            for (uint256 j = 0; j < 3; ++j) signals[i][j] = 1 + (uint256(keccak256(abi.encode(seed, i, j))) >> 8);
            proofs[i] = ForgingKey.prove(signals[i], 0);
        }
    }
}
