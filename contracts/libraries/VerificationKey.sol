// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Layout of an encoded Groth16 verification key
/// @notice alpha1 (64 bytes), beta2 (128), gamma2 (128), delta2 (128), then IC[0..signals] (64 each).
library VerificationKey {
    uint256 internal constant BETA = 64;
    uint256 internal constant GAMMA = 192;
    uint256 internal constant DELTA = 320;
    uint256 internal constant IC = 448;
    uint256 internal constant G1_BYTES = 64;
    uint256 internal constant G2_BYTES = 128;
    uint256 internal constant MAX_SIGNALS = 32;

    /// @notice Bytes of a key for a number of public signals.
    function lengthFor(uint256 signals) internal pure returns (uint256) {
        return IC + G1_BYTES * (signals + 1);
    }

    /// @notice Public signals of a key by its length; 0 if no key with 1 to 32 signals has that length.
    function signalCount(uint256 length) internal pure returns (uint256 signals) {
        if (length < lengthFor(1) || length > lengthFor(MAX_SIGNALS) || (length - IC) % G1_BYTES != 0) return 0;
        return (length - IC) / G1_BYTES - 1;
    }
}
