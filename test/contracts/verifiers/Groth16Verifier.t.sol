// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IGroth16Verifier} from "../../../contracts/interfaces/IGroth16Verifier.sol";
import {Bn254} from "../../../contracts/libraries/Bn254.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract Groth16VerifierTest is ProtocolFixture {
    IGroth16Verifier private verifier;
    uint256[] private signals;
    uint256[8] private proof;

    function setUp() public override {
        super.setUp();
        verifier = deployVerifier(3, 0);
        signals = [uint256(11), 22, 33];
        proof = ForgingKey.prove(signals, 0);
    }

    function test_TheImplementationWithoutAKeyAcceptsNothing() public {
        IGroth16Verifier bare = new Groth16Verifier();
        vm.assertFalse(bare.verifyProof(proof, signals));
        vm.assertFalse(bare.verifyProof(proof, new uint256[](0)));
        vm.assertEq(bare.publicSignalCount(), 0);
        vm.assertEq(bare.verificationKey().length, 0);
    }

    /// @dev The code of the implementation must never be read as a key, whatever number of signals it would stand for.
    function test_TheImplementationAcceptsNoNumberOfSignals() public {
        IGroth16Verifier bare = new Groth16Verifier();
        for (uint256 count = 0; count <= 40; ++count) {
            vm.assertFalse(bare.verifyProof(proof, new uint256[](count)));
        }
    }

    function test_ACloneWithoutAKeyAcceptsNothing() public {
        IGroth16Verifier bare = IGroth16Verifier(Clones.clone(address(new Groth16Verifier())));
        vm.assertFalse(bare.verifyProof(proof, new uint256[](0)));
        vm.assertFalse(bare.verifyProof(proof, signals));
    }

    function test_RefusesFewerAndMoreSignals() public view {
        vm.assertFalse(verifier.verifyProof(proof, new uint256[](0)));
        vm.assertFalse(verifier.verifyProof(proof, new uint256[](2)));
        vm.assertFalse(verifier.verifyProof(proof, new uint256[](4)));
    }

    /// @dev signal + r names the same scalar: accepting it would let one proof stand for several public inputs.
    function test_RefusesASignalThatIsNotBelowTheFieldOrder() public {
        for (uint256 i = 0; i < 3; ++i) {
            signals[i] += Bn254.SCALAR_ORDER;
            vm.assertFalse(verifier.verifyProof(proof, signals));
            signals[i] -= Bn254.SCALAR_ORDER;
        }
        signals[0] = Bn254.SCALAR_ORDER;
        vm.assertFalse(verifier.verifyProof(proof, signals));
        signals[0] = type(uint256).max;
        vm.assertFalse(verifier.verifyProof(proof, signals));
    }

    function test_AcceptsTheLargestSignal() public {
        signals[0] = Bn254.SCALAR_ORDER - 1;
        signals[1] = 0;
        proof = ForgingKey.prove(signals, 0);
        vm.assertTrue(verifier.verifyProof(proof, signals));
    }

    function test_RefusesACoordinateThatIsNotReduced() public {
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] += Bn254.BASE_ORDER;
            vm.assertFalse(verifier.verifyProof(proof, signals));
            proof[i] -= Bn254.BASE_ORDER;
        }
        vm.assertTrue(verifier.verifyProof(proof, signals));
    }

    /// @dev A's y is negated modulo 2^256 and then modulo the order: this other number would come out as −y, too.
    function test_RefusesASecondNameOfTheSamePoint() public {
        uint256 wrap = addmod(type(uint256).max % Bn254.BASE_ORDER, 1, Bn254.BASE_ORDER);
        proof[1] = addmod(proof[1], wrap, Bn254.BASE_ORDER) + Bn254.BASE_ORDER;
        vm.assertFalse(verifier.verifyProof(proof, signals));
    }

    function test_RefusesEveryCoordinateOffByOne() public {
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] = addmod(proof[i], 1, Bn254.BASE_ORDER);
            vm.assertFalse(verifier.verifyProof(proof, signals));
            proof[i] = addmod(proof[i], Bn254.BASE_ORDER - 1, Bn254.BASE_ORDER);
        }
    }

    function test_RefusesPointsAtInfinity() public view {
        uint256[8] memory infinite = proof;
        (infinite[0], infinite[1]) = (0, 0);
        vm.assertFalse(verifier.verifyProof(infinite, signals));
        uint256[8] memory zeros;
        vm.assertFalse(verifier.verifyProof(zeros, signals));
    }

    /// @dev On the twist but outside the subgroup of order r.
    function test_RefusesBOutsideTheSubgroup() public {
        (uint256 x1, uint256 x0, uint256 y1, uint256 y0) = ForgingKey.pointOutsideG2();
        (proof[2], proof[3], proof[4], proof[5]) = (x1, x0, y1, y0);
        vm.assertFalse(verifier.verifyProof(proof, signals));
    }

    function test_RefusesANegatedPoint() public {
        proof[1] = Bn254.BASE_ORDER - proof[1];
        vm.assertFalse(verifier.verifyProof(proof, signals));
    }

    function test_RefusesTheProofOfAnotherKey() public view {
        vm.assertFalse(verifier.verifyProof(ForgingKey.prove(signals, 1), signals));
    }

    function test_TooLittleGasRevertsAndDoesNotSayFalse() public view {
        for (uint256 gasLimit = 20_000; gasLimit < 260_000; gasLimit += 5_000) {
            (bool success, bytes memory result) = address(verifier).staticcall{gas: gasLimit}(
                abi.encodeCall(IGroth16Verifier.verifyProof, (proof, signals))
            );
            if (success) vm.assertTrue(abi.decode(result, (bool)), "a valid proof was called invalid");
        }
    }

    function test_TellsItsKeyAndItsNumberOfSignals() public view {
        vm.assertEq(verifier.verificationKey(), ForgingKey.encode(3, 0));
        vm.assertEq(verifier.publicSignalCount(), 3);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_AcceptsTrueSignalsAndNoOthers(uint256[3] memory values, uint256 index, uint256 delta) public {
        for (uint256 i = 0; i < 3; ++i) signals[i] = values[i] % Bn254.SCALAR_ORDER;
        proof = ForgingKey.prove(signals, 0);
        vm.assertTrue(verifier.verifyProof(proof, signals));

        index %= 3;
        signals[index] = addmod(signals[index], 1 + (delta % (Bn254.SCALAR_ORDER - 1)), Bn254.SCALAR_ORDER);
        vm.assertFalse(verifier.verifyProof(proof, signals));
    }
}
