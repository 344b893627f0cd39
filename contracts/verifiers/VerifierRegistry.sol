// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IVerifierRegistry} from "../interfaces/IVerifierRegistry.sol";
import {Bn254} from "../libraries/Bn254.sol";
import {VerificationKey} from "../libraries/VerificationKey.sol";

/// @title Verifier registry
contract VerifierRegistry is IVerifierRegistry, Ownable2Step {
    /// @inheritdoc IVerifierRegistry
    bytes32 public constant GROTH16_BN254 = keccak256("groth16-bn254");

    /// @inheritdoc IVerifierRegistry
    mapping(bytes32 proofSystem => address) public implementationOf;
    /// @inheritdoc IVerifierRegistry
    mapping(bytes32 proofSystem => bool) public isRetired;
    /// @inheritdoc IVerifierRegistry
    mapping(address verifier => bytes32 proofSystem) public proofSystemOf;

    constructor(address owner_, address groth16Implementation) Ownable(owner_) {
        _addProofSystem(GROTH16_BN254, groth16Implementation);
    }

    /// @inheritdoc IVerifierRegistry
    function deployVerifier(bytes32 proofSystem, bytes calldata key) external returns (address verifier) {
        verifier = predictVerifier(proofSystem, key);
        if (proofSystemOf[verifier] != 0) return verifier;
        if (isRetired[proofSystem]) revert ProofSystemIsRetired(proofSystem);
        _requireValidKey(key);

        proofSystemOf[verifier] = proofSystem;
        bytes32 keyHash = keccak256(key);
        emit VerifierDeployed(verifier, proofSystem, keyHash);
        Clones.cloneDeterministicWithImmutableArgs(implementationOf[proofSystem], key, keyHash);
    }

    /// @inheritdoc IVerifierRegistry
    function addProofSystem(bytes32 proofSystem, address implementation) external onlyOwner {
        _addProofSystem(proofSystem, implementation);
    }

    /// @inheritdoc IVerifierRegistry
    function retireProofSystem(bytes32 proofSystem) external onlyOwner {
        if (implementationOf[proofSystem] == address(0)) revert ProofSystemUnknown(proofSystem);
        if (isRetired[proofSystem]) revert ProofSystemIsRetired(proofSystem);
        isRetired[proofSystem] = true;
        emit ProofSystemRetired(proofSystem);
    }

    /// @inheritdoc IVerifierRegistry
    function predictVerifier(bytes32 proofSystem, bytes calldata key) public view returns (address) {
        address implementation = implementationOf[proofSystem];
        if (implementation == address(0)) revert ProofSystemUnknown(proofSystem);
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, key, keccak256(key));
    }

    /// @inheritdoc IVerifierRegistry
    function isVerifier(address verifier) external view returns (bool) {
        return proofSystemOf[verifier] != 0;
    }

    function _addProofSystem(bytes32 proofSystem, address implementation) private {
        if (implementationOf[proofSystem] != address(0)) revert ProofSystemExists(proofSystem);
        if (implementation.code.length == 0) revert ImplementationNotContract(implementation);
        implementationOf[proofSystem] = implementation;
        emit ProofSystemAdded(proofSystem, implementation);
    }

    /// @dev A key with a point outside its group, or with gamma = ±delta, accepts proofs of false statements. What a
    /// well-formed key proves is not this contract's to know: an auditor re-derives it.
    function _requireValidKey(bytes calldata key) private view {
        uint256 signals = VerificationKey.signalCount(key.length);
        if (signals == 0) revert VerificationKeyLengthInvalid(key.length);

        _requireG1(key, 0, 0);
        _requireG2(key, VerificationKey.BETA, 1);
        _requireG2(key, VerificationKey.GAMMA, 2);
        _requireG2(key, VerificationKey.DELTA, 3);
        for (uint256 i = 0; i <= signals; ++i) {
            _requireG1(key, VerificationKey.IC + VerificationKey.G1_BYTES * i, 4 + i);
        }
        // On the curve, equal x means equal or opposite points.
        if (
            keccak256(key[VerificationKey.GAMMA:VerificationKey.GAMMA + 64]) ==
            keccak256(key[VerificationKey.DELTA:VerificationKey.DELTA + 64])
        ) revert VerificationKeyDegenerate();
    }

    function _requireG1(bytes calldata key, uint256 offset, uint256 index) private pure {
        (uint256 x, uint256 y) = abi.decode(key[offset:offset + VerificationKey.G1_BYTES], (uint256, uint256));
        if (!Bn254.isG1Point(x, y)) revert VerificationKeyPointInvalid(index);
    }

    function _requireG2(bytes calldata key, uint256 offset, uint256 index) private view {
        if (!Bn254.isG2Point(key[offset:offset + VerificationKey.G2_BYTES])) revert VerificationKeyPointInvalid(index);
    }
}
