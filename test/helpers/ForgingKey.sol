// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Bn254} from "../../contracts/libraries/Bn254.sol";

/// @title A verification key whose toxic waste the test knows
/// @notice Who knows it can prove any statement, so tests run the real verifier without a circuit. The same as
/// forgingKey.ts, whose test compares the constants. Keys of different seeds differ in alpha and IC.
library ForgingKey {
    uint256 internal constant ORDER = Bn254.SCALAR_ORDER;
    bytes internal constant BETA_G2 =
        hex"2609d02311a30068f89160e6f11651f392d24fddde699f235432076f11e38cef0f92eb9384e650de39e63dae2f64118fc81ce22030e0566b91f1b262360ab31401f8ee50218358e414634baf30001e1ccda427ea9351adc9b33ff662e112017125e26f1563fad8f4844b372e3a4b58f1db5ebcf01329e38e46ee27add7009235";
    bytes internal constant GAMMA_G2 =
        hex"1b119687302c2c526392a157983242ad766a0303226159e9d408bd5f0ce471d32b514b3a1a361e4bf99c4cd9e085684861b0b8db92bfeb218df19148a41ae6bb1716b0b0e2da21ca401aaf258d851cc06171c17bbf189cab66e545b9faece1b01cf174c07e75a4ff06ff3cc729e61fa4d716f4b92bcbf5730a2a96fe91fb6d8b";
    bytes internal constant DELTA_G2 =
        hex"289e852be58193e241c8f253f0e35f688c758b2a5f57aff75a92bee373dc0f5e19181d6e57ab9262c07e44889d47f9729e5296276eefc9a79026b101ed1158f801b469816d635a45e3814b4fc293796ff800981d2d58b0ccf48e6184e59f1be41e8fcc5a7fa1d0ba63d2fde4d786b7e584bbeee4b31ecf76bb43213f205dffe3";
    bytes internal constant B_G2 =
        hex"0e3d3883edf80192cc1609a073c0a5a920075572a6ef23948f43e72aacd542fa1e8969f639c3f4a70e90ed907f666013f90ec9c91b75190b48fe8ed9118a83ce07cc436ce865062ae59d50f83cc62a656fae46678ce59ad7d692c73c677e1613094c88620691b276f8bb68cf9a71d9056367c96ca0e1ce0ce273cac2ac55b1d7";

    /// @notice The key for a number of public signals, as VerifierRegistry.deployVerifier takes it.
    function encode(uint256 signals, uint256 seed) internal view returns (bytes memory key) {
        key = bytes.concat(_multiply(_numbered(seed, 0)), BETA_G2, GAMMA_G2, DELTA_G2);
        for (uint256 i = 0; i <= signals; ++i) key = bytes.concat(key, _multiply(_numbered(seed, i + 1)));
    }

    /// @notice A proof of exactly these signals: A = a·G1, B = b·G2, C = (ab − αβ − Σ·γ)/δ · G1.
    function prove(uint256[] memory signals, uint256 seed) internal view returns (uint256[8] memory proof) {
        uint256 a = uint256(keccak256(abi.encode(signals))) % ORDER;
        uint256 statement = _numbered(seed, 1);
        for (uint256 i = 0; i < signals.length; ++i) {
            statement = addmod(statement, mulmod(signals[i], _numbered(seed, i + 2), ORDER), ORDER);
        }
        uint256 c = mulmod(a, _named("verimesh.b"), ORDER);
        c = _subtract(c, mulmod(_numbered(seed, 0), _named("verimesh.beta"), ORDER));
        c = _subtract(c, mulmod(statement, _named("verimesh.gamma"), ORDER));
        c = mulmod(c, Math.invModPrime(_named("verimesh.delta"), ORDER), ORDER);

        (proof[0], proof[1]) = abi.decode(_multiply(a), (uint256, uint256));
        (proof[2], proof[3], proof[4], proof[5]) = abi.decode(B_G2, (uint256, uint256, uint256, uint256));
        (proof[6], proof[7]) = abi.decode(_multiply(c), (uint256, uint256));
    }

    /// @notice A point of the twist, x = 1, that is outside the subgroup of order r; in EIP-197's order.
    function pointOutsideG2() internal pure returns (uint256 x1, uint256 x0, uint256 y1, uint256 y0) {
        (x1, x0) = (0, 1);
        y0 = 0x2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb;
        y1 = 0x0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4;
    }

    function _subtract(uint256 a, uint256 b) private pure returns (uint256) {
        return addmod(a, ORDER - b, ORDER);
    }

    function _named(string memory name) private pure returns (uint256) {
        return uint256(keccak256(bytes(name))) % ORDER;
    }

    function _numbered(uint256 seed, uint256 index) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, index))) % ORDER;
    }

    function _multiply(uint256 scalar) private view returns (bytes memory point) {
        bool success;
        (success, point) = address(0x07).staticcall(abi.encode(1, 2, scalar));
        require(success, "ecMul");
    }
}
