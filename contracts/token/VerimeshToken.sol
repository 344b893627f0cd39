// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Verimesh token
/// @notice What providers stake; one of the tokens that can pay for jobs. The supply is fixed: nobody can mint.
contract VerimeshToken is ERC20, ERC20Permit {
    /// @notice The whole supply, minted to the deployer.
    uint256 public constant SUPPLY = 1_000_000_000 ether;

    constructor() ERC20("Verimesh", "VMESH") ERC20Permit("Verimesh") {
        _mint(msg.sender, SUPPLY);
    }
}
