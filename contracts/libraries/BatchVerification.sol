// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {Bn254} from "./Bn254.sol";
import {VerificationKey} from "./VerificationKey.sol";

/// @title Many Groth16 proofs for one key in one pairing check
/// @notice n + 3 pairings instead of 4n.
/// @dev Each equation is raised to a random power rᵢ and all are multiplied; alpha, gamma and delta are the same for all:
/// Π e(rᵢ·Aᵢ, Bᵢ) = e(Σrᵢ · alpha, beta) · e(Σrᵢ·Sᵢ, gamma) · e(Σrᵢ·Cᵢ, delta), Sᵢ = IC[0] + Σⱼ signalᵢⱼ · IC[j + 1].
///
/// Soundness (M. Bellare, J. Garay, T. Rabin, "Fast Batch Verification for Modular Exponentiation and Digital
/// Signatures", 1998, small exponents test): let dᵢ, in the group of prime order r that pairings map to, be by how much
/// equation i is off, 1 if it holds. The product checks Π dᵢ^rᵢ = 1. If some dᵢ ≠ 1, then whatever the other powers are,
/// at most one rᵢ modulo r satisfies it, and rᵢ is one of 2^128 equally likely values below r: a batch with a bad proof
/// passes with a probability of at most 2^-128. That needs powers that were not known when the proofs were chosen: they
/// are hashes of the key and of all proofs and signals (Fiat and Shamir), so whoever changes one proof has all powers
/// drawn anew, and q attempts find a bad batch that passes with a probability of at most q · 2^-128. It also needs all
/// points to be in groups of order r: G1 has no other points on the curve, and the pairing precompile checks B's subgroup.
library BatchVerification {
    /// @dev Gas of EIP-1108 (6,000 and 150; 45,000; 34,000) times 64 / 63, for EIP-150 holds back that much, and what the
    /// steps up to the call take. A precompile that runs out of gas looks like one that refuses a point: whoever sends
    /// too little must not turn a valid proof into a `false`, so each call is made only where there is enough.
    uint256 private constant MULTIPLY_AND_ADD_GAS = 7_250;
    uint256 private constant PAIRING_BASE_GAS = 46_750;
    uint256 private constant PAIRING_GAS = 34_540;
    uint256 private constant PAIR_WORDS = 6;

    /// @notice Whether all proofs verify; `proofs` and `publicSignals` have the same length, at least 1.
    function allHold(
        bytes memory key,
        uint256[8][] calldata proofs,
        uint256[][] calldata publicSignals
    ) internal view returns (bool) {
        uint256 signals = VerificationKey.signalCount(key.length);
        if (signals == 0) return false;

        uint256[] memory pairs = new uint256[](PAIR_WORDS * (proofs.length + 3));
        uint256[2] memory sumOfC;
        // How often each IC counts in the sum of all statements, IC[0] first: that is the sum of the powers.
        uint256[] memory weights = new uint256[](signals + 1);
        // All that the proofs and signals are read from.
        bytes32 seed = keccak256(bytes.concat(key, msg.data));
        for (uint256 i = 0; i < proofs.length; ++i) {
            uint256 power = uint128(uint256(Hashes.efficientKeccak256(seed, bytes32(i))));
            if (!_addSignals(weights, publicSignals[i], power)) return false;
            if (!_addProof(pairs, i, sumOfC, proofs[i], power)) return false;
        }
        return _addKey(pairs, proofs.length, key, weights, sumOfC) && _pairingHolds(pairs);
    }

    function _requireGas(uint256 needed) private view {
        if (gasleft() < needed) revert IGroth16Verifier.VerifierGasTooLow(gasleft(), needed);
    }

    /// @dev False if there are not as many signals as the key takes, or one is not below the field order.
    function _addSignals(
        uint256[] memory weights,
        uint256[] calldata signals,
        uint256 power
    ) private pure returns (bool valid) {
        uint256 order = Bn254.SCALAR_ORDER;
        if (signals.length + 1 != weights.length) return false;
        weights[0] = addmod(weights[0], power, order);
        valid = true;
        assembly ("memory-safe") {
            let weight := add(weights, 0x40)
            let end := add(signals.offset, shl(5, signals.length))
            for {
                let at := signals.offset
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                let signal := calldataload(at)
                valid := and(valid, lt(signal, order))
                mstore(weight, addmod(mload(weight), mulmod(power, signal, order), order))
                weight := add(weight, 0x20)
            }
        }
    }

    /// @dev (−power · A, B) to the pairs, power · C to the sum. A is negated by its factor, not by its y, so every
    /// coordinate comes to a precompile as it was given, and that refuses one that is not reduced.
    function _addProof(
        uint256[] memory pairs,
        uint256 index,
        uint256[2] memory sumOfC,
        uint256[8] calldata proof,
        uint256 power
    ) private view returns (bool added) {
        if (!_addMultiple(sumOfC, proof[6], proof[7], power)) return false;
        _requireGas(MULTIPLY_AND_ADD_GAS);
        uint256 factor = Bn254.SCALAR_ORDER - power;
        assembly ("memory-safe") {
            let pair := add(add(pairs, 0x20), mul(index, 0xc0))
            calldatacopy(pair, proof, 0xc0)
            // −power · A over A; B stays.
            let scratch := mload(0x40)
            mcopy(scratch, pair, 0x40)
            mstore(add(scratch, 0x40), factor)
            added := staticcall(gas(), 0x07, scratch, 0x60, pair, 0x40)
        }
    }

    /// @dev (Σ powers · alpha, beta), (the sum of all statements, gamma) and (the sum of all C, delta).
    function _addKey(
        uint256[] memory pairs,
        uint256 index,
        bytes memory key,
        uint256[] memory weights,
        uint256[2] memory sumOfC
    ) private view returns (bool) {
        uint256[2] memory alpha;
        uint256[2] memory statement;
        if (!_addMultiple(alpha, _word(key, 0), _word(key, 32), weights[0])) return false;
        for (uint256 i = 0; i < weights.length; ++i) {
            uint256 offset = VerificationKey.IC + VerificationKey.G1_BYTES * i;
            if (!_addMultiple(statement, _word(key, offset), _word(key, offset + 32), weights[i])) return false;
        }
        _setPair(pairs, index, alpha, key, VerificationKey.BETA);
        _setPair(pairs, index + 1, statement, key, VerificationKey.GAMMA);
        _setPair(pairs, index + 2, sumOfC, key, VerificationKey.DELTA);
        return true;
    }

    function _setPair(
        uint256[] memory pairs,
        uint256 index,
        uint256[2] memory g1,
        bytes memory key,
        uint256 g2Offset
    ) private pure {
        assembly ("memory-safe") {
            let pair := add(add(pairs, 0x20), mul(index, 0xc0))
            mcopy(pair, g1, 0x40)
            mcopy(add(pair, 0x40), add(add(key, 0x20), g2Offset), 0x80)
        }
    }

    function _word(bytes memory key, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(key, 0x20), offset))
        }
    }

    /// @dev sum += scalar · (x, y); false if a precompile refuses the point.
    function _addMultiple(
        uint256[2] memory sum,
        uint256 x,
        uint256 y,
        uint256 scalar
    ) private view returns (bool added) {
        _requireGas(MULTIPLY_AND_ADD_GAS);
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, x)
            mstore(add(scratch, 0x20), y)
            mstore(add(scratch, 0x40), scalar)
            // A point that it refuses costs all the gas but 1/64: nothing more is tried then.
            added := staticcall(gas(), 0x07, scratch, 0x60, scratch, 0x40)
            if added {
                mcopy(add(scratch, 0x40), sum, 0x40)
                added := staticcall(gas(), 0x06, scratch, 0x80, sum, 0x40)
            }
        }
    }

    function _pairingHolds(uint256[] memory pairs) private view returns (bool holds) {
        _requireGas(PAIRING_BASE_GAS + PAIRING_GAS * (pairs.length / PAIR_WORDS));
        assembly ("memory-safe") {
            holds := staticcall(gas(), 0x08, add(pairs, 0x20), mul(mload(pairs), 0x20), 0x00, 0x20)
            holds := and(holds, and(eq(returndatasize(), 0x20), eq(mload(0x00), 1)))
        }
    }
}
