// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Verifier registry
/// @notice Deploys the verifier of each verification key, so that nobody can bring a verifier that accepts lies, and
/// routes by proof system, so that a second one can be added. A retired proof system is tombstoned, never replaced.
interface IVerifierRegistry {
    /// @notice A proof system's implementation was added.
    event ProofSystemAdded(bytes32 indexed proofSystem, address implementation);
    /// @notice No further verifier of this proof system is deployed; those deployed stay.
    event ProofSystemRetired(bytes32 indexed proofSystem);
    /// @notice The verifier of a verification key was deployed.
    event VerifierDeployed(address indexed verifier, bytes32 indexed proofSystem, bytes32 indexed keyHash);

    error ProofSystemUnknown(bytes32 proofSystem);
    error ProofSystemIsRetired(bytes32 proofSystem);
    error ProofSystemExists(bytes32 proofSystem);
    error ImplementationNotContract(address implementation);
    /// @notice The key's length is not 448 + 64 · (signals + 1) bytes, with 1 to 32 signals.
    error VerificationKeyLengthInvalid(uint256 length);
    /// @notice A point is at infinity, off its curve or outside its subgroup. Index: 0 alpha, 1 beta, 2 gamma, 3 delta, 4 + i for IC[i].
    error VerificationKeyPointInvalid(uint256 index);
    /// @notice gamma equals delta or its negative: with such a key anyone can forge a proof.
    error VerificationKeyDegenerate();

    /// @notice keccak256("groth16-bn254")
    function GROTH16_BN254() external view returns (bytes32);

    /// @notice Deploys the verifier of a key, or returns the one that is there. Anyone may call it.
    /// @param proofSystem which implementation to clone
    /// @param verificationKey alpha1 (64 bytes), beta2 (128), gamma2 (128), delta2 (128), IC points (64 each)
    /// @return verifier the clone's address, a function of implementation and key alone
    function deployVerifier(bytes32 proofSystem, bytes calldata verificationKey) external returns (address verifier);

    /// @notice The address that `deployVerifier` gives for a key, whether or not it is deployed.
    function predictVerifier(bytes32 proofSystem, bytes calldata verificationKey) external view returns (address);

    /// @notice Whether this registry deployed `verifier`.
    function isVerifier(address verifier) external view returns (bool);

    /// @notice The proof system of a verifier that this registry deployed; zero for any other address.
    function proofSystemOf(address verifier) external view returns (bytes32);

    /// @notice Whether a proof system was retired.
    function isRetired(bytes32 proofSystem) external view returns (bool);

    /// @notice The implementation of a proof system; zero if there is none.
    function implementationOf(bytes32 proofSystem) external view returns (address);

    /// @notice Adds a proof system. Owner only. An existing or retired one cannot be replaced.
    function addProofSystem(bytes32 proofSystem, address implementation) external;

    /// @notice Retires a proof system for good. Owner only.
    function retireProofSystem(bytes32 proofSystem) external;
}
