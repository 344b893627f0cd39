// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {BatchVerification} from "../libraries/BatchVerification.sol";
import {Bn254} from "../libraries/Bn254.sol";
import {VerificationKey} from "../libraries/VerificationKey.sol";

/// @title Groth16 verifier
/// @notice Reads the key from the code of the clone that delegates to it. The implementation itself has no key and
/// accepts nothing.
/// @dev J. Groth, "On the Size of Pairing-based Non-interactive Arguments" (2016):
/// e(A, B) = e(alpha, beta) · e(IC[0] + Σ signal[i] · IC[i + 1], gamma) · e(C, delta), precompiles of EIP-196 and 197.
contract Groth16Verifier is IGroth16Verifier {
    /// @dev Gas of EIP-1108: the pairing of four pairs, and one multiplication with its addition and our own steps.
    uint256 private constant PAIRING_GAS = 181_000 + 10_000;
    uint256 private constant SIGNAL_GAS = 6_150 + 350;

    address private immutable IMPLEMENTATION = address(this);

    /// @inheritdoc IGroth16Verifier
    function verifyProof(uint256[8] calldata proof, uint256[] calldata publicSignals) external view returns (bool) {
        _requireGas(publicSignals.length);
        bytes memory key = verificationKey();
        if (key.length != VerificationKey.lengthFor(publicSignals.length)) return false;

        uint256[2] memory statement;
        bool valid;
        (valid, statement) = _commitToSignals(key, publicSignals);
        if (!valid) return false;
        // The precompile refuses coordinates that are not reduced, but A's y is negated here before it sees it.
        for (uint256 i = 0; i < 8; ++i) {
            if (proof[i] >= Bn254.BASE_ORDER) return false;
        }
        return _pairingHolds(key, statement, proof);
    }

    /// @inheritdoc IGroth16Verifier
    function verifyBatch(
        uint256[8][] calldata proofs,
        uint256[][] calldata publicSignals
    ) external view returns (bool) {
        if (proofs.length == 0 || proofs.length != publicSignals.length) return false;
        return BatchVerification.allHold(verificationKey(), proofs, publicSignals);
    }

    /// @inheritdoc IGroth16Verifier
    function verificationKey() public view returns (bytes memory) {
        if (address(this) == IMPLEMENTATION) return "";
        return Clones.fetchCloneArgs(address(this));
    }

    /// @inheritdoc IGroth16Verifier
    function publicSignalCount() external view returns (uint256) {
        return VerificationKey.signalCount(verificationKey().length);
    }

    /// @dev A precompile that runs out of gas looks like one that refuses a point. A relayer who sends too little gas
    /// must not turn a valid proof into a `false`.
    function _requireGas(uint256 signals) private view {
        uint256 needed = PAIRING_GAS + SIGNAL_GAS * signals;
        needed += needed / 63 + 1;
        if (gasleft() < needed) revert VerifierGasTooLow(gasleft(), needed);
    }

    /// @dev IC[0] + Σ signal[i] · IC[i + 1]; not valid if a signal is not below the field order: the multiplication
    /// would take it modulo the order, and one statement would have several names.
    function _commitToSignals(
        bytes memory key,
        uint256[] calldata publicSignals
    ) private view returns (bool valid, uint256[2] memory sum) {
        uint256 order = Bn254.SCALAR_ORDER;
        uint256 icOffset = VerificationKey.IC;
        assembly ("memory-safe") {
            let ic := add(add(key, 0x20), icOffset)
            // Scratch: sum (2 words), product (2 words), scalar.
            let scratch := mload(0x40)
            mcopy(scratch, ic, 0x40)
            valid := 1
            for {
                let i := 0
            } lt(i, publicSignals.length) {
                i := add(i, 1)
            } {
                let signal := calldataload(add(publicSignals.offset, shl(5, i)))
                valid := and(valid, lt(signal, order))
                ic := add(ic, 0x40)
                mcopy(add(scratch, 0x40), ic, 0x40)
                mstore(add(scratch, 0x80), signal)
                valid := and(valid, staticcall(gas(), 0x07, add(scratch, 0x40), 0x60, add(scratch, 0x40), 0x40))
                valid := and(valid, staticcall(gas(), 0x06, scratch, 0x80, scratch, 0x40))
            }
            mcopy(sum, scratch, 0x40)
        }
    }

    /// @dev e(−A, B) · e(alpha, beta) · e(statement, gamma) · e(C, delta) = 1.
    function _pairingHolds(
        bytes memory key,
        uint256[2] memory statement,
        uint256[8] calldata proof
    ) private view returns (bool holds) {
        uint256 order = Bn254.BASE_ORDER;
        assembly ("memory-safe") {
            let keyStart := add(key, 0x20)
            let input := mload(0x40)
            calldatacopy(input, proof, 0xc0)
            let y := add(input, 0x20)
            mstore(y, mod(sub(order, mload(y)), order))
            mcopy(add(input, 0xc0), keyStart, 0xc0) // alpha, beta
            mcopy(add(input, 0x180), statement, 0x40)
            mcopy(add(input, 0x1c0), add(keyStart, 0xc0), 0x80) // gamma
            calldatacopy(add(input, 0x240), add(proof, 0xc0), 0x40) // C
            mcopy(add(input, 0x280), add(keyStart, 0x140), 0x80) // delta
            holds := staticcall(gas(), 0x08, input, 0x300, 0x00, 0x20)
            holds := and(holds, and(eq(returndatasize(), 0x20), eq(mload(0x00), 1)))
        }
    }
}
