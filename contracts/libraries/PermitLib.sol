// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title Permit that cannot be blocked
library PermitLib {
    /// @notice Uses an ERC-2612 permit of msg.sender for this contract, and goes on if it fails: anyone can submit a
    /// permit that they saw pending, which makes it fail here and leaves the allowance in place. The transfer that
    /// follows is what decides.
    function tryPermit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        if (token.code.length == 0) return;
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }
}
