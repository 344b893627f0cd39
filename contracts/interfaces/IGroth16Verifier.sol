// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Groth16 verifier over BN254
/// @notice One implementation; each verification key is a deterministic clone that carries the key in its code.
/// @dev Points are affine, big-endian, 32 bytes a coordinate; a G2 coordinate is (imaginary, real) as EIP-197 orders it.
interface IGroth16Verifier {
    /// @notice Too little gas was supplied to tell a valid proof from one that is not.
    error VerifierGasTooLow(uint256 available, uint256 needed);

    /// @notice Verifies a proof against this clone's verification key.
    /// @dev Returns false, never reverts, for a proof that is not valid: wrong count of public signals, a signal that
    /// is not below the field order, a point off the curve or outside the subgroup, a failed pairing. Reverts with
    /// VerifierGasTooLow where the gas supplied does not suffice. A malformed point costs all but 1/64 of the gas.
    /// @param proof A (x, y), B (x imaginary, x real, y imaginary, y real), C (x, y)
    /// @param publicSignals output words, input words, binding; each below the BN254 scalar field order
    function verifyProof(uint256[8] calldata proof, uint256[] calldata publicSignals) external view returns (bool);

    /// @notice Verifies proofs against this clone's verification key, all at once, at the price of n + 3 pairings.
    /// @dev True if all verify; a set in which one does not passes with a probability of at most 2^-128. Returns false and
    /// reverts where `verifyProof` would, and returns false for no proofs or another number of signals than of proofs.
    /// @param proofs as `verifyProof` takes them
    /// @param publicSignals of each proof, in the same order
    function verifyBatch(uint256[8][] calldata proofs, uint256[][] calldata publicSignals) external view returns (bool);

    /// @notice The verification key in this clone: alpha1, beta2, gamma2, delta2, IC[0..publicSignalCount]; empty for
    /// the implementation itself.
    function verificationKey() external view returns (bytes memory);

    /// @notice The number of public signals this key takes.
    function publicSignalCount() external view returns (uint256);
}
