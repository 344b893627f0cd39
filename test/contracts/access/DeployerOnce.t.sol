// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DeployerOnce} from "../../../contracts/access/DeployerOnce.sol";
import {JobMarket} from "../../../contracts/jobs/JobMarket.sol";
import {ProviderSelection} from "../../../contracts/providers/ProviderSelection.sol";
import {ProviderStaking} from "../../../contracts/providers/ProviderStaking.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice Who connects the contracts decides who may lock, slash, draw and pay: so it is done once, by their deployer.
contract DeployerOnceTest is ProtocolFixture {
    function test_NobodyButTheDeployerConnects() public {
        ProviderStaking fresh = new ProviderStaking(address(token), TREASURY, BOND);
        ProviderSelection freshSelection = new ProviderSelection(address(models), address(fresh));
        JobMarket freshMarket = new JobMarket(
            ADMIN,
            GUARDIAN,
            address(models),
            address(freshSelection),
            PROTOCOL_FEE_BPS
        );
        address[3] memory callers = [ADMIN, GUARDIAN, RIVAL];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory refusal = abi.encodeWithSelector(DeployerOnce.NotDeployer.selector, callers[i]);
            vm.startPrank(callers[i]);
            vm.expectRevert(refusal);
            fresh.setProtocolContracts(RIVAL, RIVAL, RIVAL, RIVAL);
            vm.expectRevert(refusal);
            freshSelection.setProtocolContracts(RIVAL, RIVAL, RIVAL);
            vm.expectRevert(refusal);
            freshMarket.setProtocolContracts(RIVAL, RIVAL, RIVAL);
            vm.stopPrank();
        }
        fresh.setProtocolContracts(address(freshMarket), address(freshSelection), RIVAL, RIVAL);
    }

    function test_TheDeployerConnectsOnce() public {
        vm.expectRevert(DeployerOnce.AlreadyConnected.selector);
        staking.setProtocolContracts(RIVAL, RIVAL, RIVAL, RIVAL);
        vm.expectRevert(DeployerOnce.AlreadyConnected.selector);
        selection.setProtocolContracts(RIVAL, RIVAL, RIVAL);
        vm.expectRevert(DeployerOnce.AlreadyConnected.selector);
        market.setProtocolContracts(RIVAL, RIVAL, RIVAL);
    }
}
