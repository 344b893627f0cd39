// SPDX-License-Identifier: MIT
// Small, and alike: they read best side by side.
// solhint-disable one-contract-per-file
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Burns 1 % of every transfer.
contract FeeOnTransferToken is ERC20("Fee", "FEE") {
    constructor() {
        _mint(msg.sender, 1_000_000 ether);
    }

    function _update(address from, address to, uint256 amount) internal override {
        uint256 burnt = from == address(0) || to == address(0) ? 0 : amount / 100;
        if (burnt != 0) super._update(from, address(0), burnt);
        super._update(from, to, amount - burnt);
    }
}

/// @notice Moves nothing and returns false, as some early tokens do instead of reverting.
contract ReturnsFalseToken is ERC20("False", "FALSE") {
    constructor() {
        _mint(msg.sender, 1_000_000 ether);
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Says that it moved the money, and does not.
contract LyingToken is ERC20("Lying", "LIE") {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @notice transfer and transferFrom return nothing, like USDT's.
contract NoReturnToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    constructor() {
        balanceOf[msg.sender] = 1_000_000 ether;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Calls a target when its permit is used. Keeps what the call answered.
contract ReentrantPermitToken is ERC20("Permit", "PER") {
    address private _target;
    bytes private _data;
    bool public entered;
    bytes public refusal;

    constructor() {
        _mint(msg.sender, 1_000_000 ether);
    }

    function callInPermit(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        (entered, refusal) = _target.call(_data);
    }
}

/// @notice Calls a target while it moves money, as an ERC-777 hook would. Keeps what the call answered.
contract ReentrantToken is ERC20("Reentrant", "RE") {
    address private _target;
    bytes private _data;
    bool public entered;
    bytes public refusal;

    constructor() {
        _mint(msg.sender, 1_000_000 ether);
    }

    function callWhileMoving(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (_target != address(0)) (entered, refusal) = _target.call(_data);
    }
}
