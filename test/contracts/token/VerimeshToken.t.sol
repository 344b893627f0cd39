// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {VerimeshToken} from "../../../contracts/token/VerimeshToken.sol";
import {vm} from "../../helpers/Vm.sol";

contract VerimeshTokenTest {
    function test_TheWholeSupplyGoesToTheDeployer() public {
        VerimeshToken token = new VerimeshToken();
        vm.assertEq(token.symbol(), "VMESH");
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.totalSupply(), 1_000_000_000 ether);
        vm.assertEq(token.balanceOf(address(this)), token.totalSupply());
    }
}
