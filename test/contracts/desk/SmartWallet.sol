// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A wallet that one key signs for, while it is not locked.
contract SmartWallet is IERC1271 {
    address private immutable KEYHOLDER;
    bool public locked;

    constructor(address keyholder) {
        KEYHOLDER = keyholder;
    }

    function lock() external {
        locked = true;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool valid = !locked && ECDSA.recoverCalldata(hash, signature) == KEYHOLDER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
