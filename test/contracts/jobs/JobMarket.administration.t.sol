// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {DeployerOnce} from "../../../contracts/access/DeployerOnce.sol";
import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {JobStatus} from "../../../contracts/types/Job.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract JobMarketAdministrationTest is ProtocolFixture {
    function test_OnlyWhoHasTheParameterRoleSetsTheFeeAndOnlyWithinItsBound() public {
        bytes32 role = market.PARAMETER_ROLE();
        address[3] memory others = [address(this), GUARDIAN, TREASURY];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(_lacks(others[i], role));
            vm.prank(others[i]);
            market.setProtocolFee(0);
        }
        vm.startPrank(ADMIN);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProtocolFeeTooHigh.selector, 1_001, 1_000));
        market.setProtocolFee(1_001);
        vm.expectEmit(address(market));
        emit IJobMarket.ProtocolFeeSet(1_000);
        market.setProtocolFee(1_000);
        vm.stopPrank();
        vm.assertEq(market.protocolFeeBps(), 1_000);
    }

    /// @dev The administrator is a timelock: it would be too slow, so the guardian alone pauses.
    function test_OnlyTheGuardianPausesAndUnpauses() public {
        bytes32 role = market.GUARDIAN_ROLE();
        address[3] memory others = [address(this), ADMIN, TREASURY];
        for (uint256 i = 0; i < 3; ++i) {
            vm.startPrank(others[i]);
            vm.expectRevert(_lacks(others[i], role));
            market.pauseRequests();
            vm.expectRevert(_lacks(others[i], role));
            market.unpauseRequests();
            vm.stopPrank();
        }
        vm.startPrank(GUARDIAN);
        vm.expectEmit(address(market));
        emit IJobMarket.RequestsPaused(GUARDIAN);
        market.pauseRequests();
        vm.assertTrue(market.requestsPaused());
        vm.expectEmit(address(market));
        emit IJobMarket.RequestsUnpaused(GUARDIAN);
        market.unpauseRequests();
        vm.stopPrank();
        requestEther();
    }

    function test_OnlyTheAdministratorGrantsRolesAndItCanReplaceTheGuardian() public {
        bytes32 role = market.GUARDIAN_ROLE();
        vm.expectRevert(_lacks(GUARDIAN, bytes32(0)));
        vm.prank(GUARDIAN);
        market.grantRole(role, RIVAL);
        vm.startPrank(ADMIN);
        market.revokeRole(role, GUARDIAN);
        market.grantRole(role, RIVAL);
        vm.stopPrank();
        vm.expectRevert(_lacks(GUARDIAN, role));
        vm.prank(GUARDIAN);
        market.pauseRequests();
        vm.prank(RIVAL);
        market.pauseRequests();
    }

    function test_WhoDeployedHasNoRoleAndConnectsOnce() public {
        vm.assertFalse(market.hasRole(bytes32(0), address(this)));
        vm.assertFalse(market.hasRole(market.PARAMETER_ROLE(), address(this)));
        vm.expectRevert(abi.encodeWithSelector(DeployerOnce.AlreadyConnected.selector));
        market.setProtocolContracts(RIVAL, RIVAL, RIVAL);
        vm.expectRevert(abi.encodeWithSelector(DeployerOnce.NotDeployer.selector, ADMIN));
        vm.prank(ADMIN);
        market.setProtocolContracts(RIVAL, RIVAL, RIVAL);
    }

    function test_APauseStopsEveryWayToRequest() public {
        vm.prank(GUARDIAN);
        market.pauseRequests();
        vm.deal(address(this), 2 * FEE);
        bytes memory refusal = abi.encodeWithSelector(IJobMarket.RequestsArePaused.selector);
        vm.expectRevert(refusal);
        market.requestJob{value: FEE}(etherRequest());
        vm.expectRevert(refusal);
        market.requestJobFor{value: FEE}(REQUESTER, etherRequest());
        vm.expectRevert(refusal);
        market.requestJobWithPermit(tokenRequest(address(token)), 0, 27, 0, 0);
        vm.expectRevert(refusal);
        vm.prank(address(desk));
        market.requestJobFrom(REQUESTER, etherRequest());
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IJobMarket.requestJob, (etherRequest()));
        vm.expectRevert(refusal);
        market.multicall{value: FEE}(calls);
    }

    /// @dev Nobody's money or work can be held back: whatever runs ends, and every balance is paid out.
    function test_APauseBlocksNeitherSettlementNorRefundNorWithdrawal() public {
        uint256 settled = requestAndAssign();
        uint256 expired = requestAndAssign();
        uint256 cancelled = requestEther();
        uint256 refunded = requestEther();
        vm.prank(GUARDIAN);
        market.pauseRequests();

        submit(settled);
        vm.prank(REQUESTER);
        market.cancelJob(cancelled);
        assign(refunded);
        vm.warp(block.timestamp + ANSWER_SECONDS + 1);
        market.expireAssignment(refunded);
        market.expireAssignment(expired);
        vm.warp(block.timestamp + DRAW_SECONDS + OPEN_SECONDS);
        submit(expired);
        vm.warp(block.timestamp + 1);
        market.refundJob(refunded);
        vm.assertTrue(market.jobOf(expired).status == JobStatus.Settled);
        address[4] memory accounts = [REQUESTER, PROVIDER, AUTHOR, TREASURY];
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(accounts[i]);
            market.withdraw(ETHER, accounts[i]);
        }
        vm.assertEq(address(market).balance, 0);
    }

    function _lacks(address account, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role);
    }
}
