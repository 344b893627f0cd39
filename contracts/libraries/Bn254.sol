// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title BN254
/// @notice Orders of the curve's fields, and checks of points that others bring.
library Bn254 {
    /// @notice Order of the base field: coordinates are below it.
    uint256 internal constant BASE_ORDER =
        21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// @notice Order of the groups: scalars and public signals are below it.
    uint256 internal constant SCALAR_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    address private constant PAIRING = address(0x08);

    /// @notice Whether (x, y) is a point of G1 other than infinity. G1 has cofactor 1: on the curve is in the group.
    function isG1Point(uint256 x, uint256 y) internal pure returns (bool) {
        // Infinity is written (0, 0), which is not on y² = x³ + 3: the equation refuses it.
        if (x >= BASE_ORDER || y >= BASE_ORDER) return false;
        uint256 cube = mulmod(mulmod(x, x, BASE_ORDER), x, BASE_ORDER);
        return mulmod(y, y, BASE_ORDER) == addmod(cube, 3, BASE_ORDER);
    }

    /// @notice Whether 128 bytes in EIP-197's order are a point of G2, in the subgroup, other than infinity.
    /// @dev The pairing precompile checks curve and subgroup of each point, here next to infinity of G1. It takes all
    /// the gas that it is given when a point is wrong: 1/64 stays with the caller.
    function isG2Point(bytes memory point) internal view returns (bool) {
        (uint256 x1, uint256 x0, uint256 y1, uint256 y0) = abi.decode(point, (uint256, uint256, uint256, uint256));
        if (x1 | x0 | y1 | y0 == 0) return false;
        (bool accepted, bytes memory result) = PAIRING.staticcall(abi.encode(0, 0, x1, x0, y1, y0));
        return accepted && abi.decode(result, (uint256)) == 1;
    }
}
