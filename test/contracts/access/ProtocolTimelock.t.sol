// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ProtocolTimelock} from "../../../contracts/access/ProtocolTimelock.sol";
import {IJobMarket} from "../../../contracts/interfaces/IJobMarket.sol";
import {JobMarket} from "../../../contracts/jobs/JobMarket.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";
import {VerifierRegistry} from "../../../contracts/verifiers/VerifierRegistry.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract ProtocolTimelockTest is ProtocolFixture {
    uint256 private constant DELAY = 2 days;
    address private constant COUNCIL = address(0xC04C);
    bytes32 private constant NO_ROLE = 0;

    ProtocolTimelock private timelock;
    JobMarket private governed;
    VerifierRegistry private governedVerifiers;

    function setUp() public override {
        super.setUp();
        timelock = new ProtocolTimelock(DELAY, COUNCIL);
        governed = new JobMarket(address(timelock), GUARDIAN, address(models), address(selection), PROTOCOL_FEE_BPS);
        governedVerifiers = new VerifierRegistry(address(timelock), address(new Groth16Verifier()));
    }

    function test_OnlyTheTimelockAdministers() public {
        bytes32 parameterRole = governed.PARAMETER_ROLE();
        bytes32 guardianRole = governed.GUARDIAN_ROLE();
        address[4] memory callers = [COUNCIL, GUARDIAN, address(this), RIVAL];
        for (uint256 i = 0; i < 4; ++i) {
            vm.startPrank(callers[i]);
            _expectUnauthorized(callers[i], parameterRole);
            governed.setProtocolFee(0);
            _expectUnauthorized(callers[i], NO_ROLE);
            governed.grantRole(parameterRole, callers[i]);
            _expectUnauthorized(callers[i], NO_ROLE);
            governed.revokeRole(guardianRole, GUARDIAN);
            vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, callers[i]));
            governedVerifiers.addProofSystem("mine", address(market));
            vm.stopPrank();
        }
    }

    function test_OnlyTheAdministratorProposesCancelsAndExecutes() public {
        bytes memory call = abi.encodeCall(IJobMarket.setProtocolFee, (0));
        bytes32 proposer = timelock.PROPOSER_ROLE();
        bytes32 executor = timelock.EXECUTOR_ROLE();
        bytes32 canceller = timelock.CANCELLER_ROLE();
        vm.startPrank(RIVAL);
        _expectUnauthorized(RIVAL, proposer);
        timelock.schedule(address(governed), 0, call, 0, 0, DELAY);
        _expectUnauthorized(RIVAL, canceller);
        timelock.cancel(0);
        _expectUnauthorized(RIVAL, executor);
        timelock.execute(address(governed), 0, call, 0, 0);
        vm.stopPrank();
    }

    function test_AProposalWaits() public {
        bytes memory call = abi.encodeCall(IJobMarket.setProtocolFee, (1_000));
        vm.startPrank(COUNCIL);
        vm.expectRevert(
            abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, DELAY - 1, DELAY)
        );
        timelock.schedule(address(governed), 0, call, 0, 0, DELAY - 1);

        timelock.schedule(address(governed), 0, call, 0, 0, DELAY);
        bytes memory early = _notReady(timelock.hashOperation(address(governed), 0, call, 0, 0));
        vm.warp(block.timestamp + DELAY - 1);
        vm.expectRevert(early);
        timelock.execute(address(governed), 0, call, 0, 0);
        vm.assertEq(governed.protocolFeeBps(), PROTOCOL_FEE_BPS);

        vm.warp(block.timestamp + 1);
        timelock.execute(address(governed), 0, call, 0, 0);
        vm.assertEq(governed.protocolFeeBps(), 1_000);
        vm.stopPrank();
    }

    function test_AnExecutedOrCancelledProposalIsGone() public {
        bytes memory call = abi.encodeCall(IJobMarket.setProtocolFee, (7));
        vm.startPrank(COUNCIL);
        timelock.schedule(address(governed), 0, call, 0, 0, DELAY);
        bytes32 id = timelock.hashOperation(address(governed), 0, call, 0, 0);
        timelock.cancel(id);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(_notReady(id));
        timelock.execute(address(governed), 0, call, 0, 0);
        vm.stopPrank();

        _govern(address(governed), call);
        vm.prank(COUNCIL);
        vm.expectRevert(_notReady(id));
        timelock.execute(address(governed), 0, call, 0, 0);
    }

    function test_TheDelayAndItsRolesAreTheTimelocksOwn() public {
        bytes32 proposer = timelock.PROPOSER_ROLE();
        vm.startPrank(COUNCIL);
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, COUNCIL));
        timelock.updateDelay(0);
        _expectUnauthorized(COUNCIL, NO_ROLE);
        timelock.grantRole(proposer, RIVAL);
        vm.stopPrank();

        _govern(address(timelock), abi.encodeCall(TimelockController.updateDelay, (3 days)));
        vm.assertEq(timelock.getMinDelay(), 3 days);
    }

    /// @dev No vote of anybody gets past the bounds, which are in the code.
    function test_BoundsHoldForTheTimelock() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProtocolFeeTooHigh.selector, 1_001, 1_000));
        governed.setProtocolFee(1_001);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.ProtocolFeeTooHigh.selector, 1_001, 1_000));
        new JobMarket(address(timelock), GUARDIAN, address(models), address(selection), 1_001);
    }

    function test_TheTimelockReplacesTheGuardian() public {
        bytes32 role = governed.GUARDIAN_ROLE();
        _govern(address(governed), abi.encodeCall(IAccessControl.revokeRole, (role, GUARDIAN)));
        _govern(address(governed), abi.encodeCall(IAccessControl.grantRole, (role, RIVAL)));
        vm.prank(GUARDIAN);
        _expectUnauthorized(GUARDIAN, role);
        governed.pauseRequests();
        vm.prank(RIVAL);
        governed.pauseRequests();
        vm.assertTrue(governed.requestsPaused());
    }

    /// @dev A proof system is retired for good, by a proposal that all could see.
    function test_TheTimelockRetiresAProofSystem() public {
        bytes32 system = governedVerifiers.GROTH16_BN254();
        _govern(address(governedVerifiers), abi.encodeCall(governedVerifiers.retireProofSystem, (system)));
        vm.assertTrue(governedVerifiers.isRetired(system));
    }

    function _govern(address target, bytes memory call) private {
        bytes32 salt = bytes32(block.timestamp);
        vm.startPrank(COUNCIL);
        timelock.schedule(target, 0, call, 0, salt, DELAY);
        vm.warp(block.timestamp + DELAY);
        timelock.execute(target, 0, call, 0, salt);
        vm.stopPrank();
    }

    function _notReady(bytes32 id) private pure returns (bytes memory) {
        bytes32 ready = bytes32(uint256(1) << uint8(TimelockController.OperationState.Ready));
        return abi.encodeWithSelector(TimelockController.TimelockUnexpectedOperationState.selector, id, ready);
    }

    function _expectUnauthorized(address caller, bytes32 role) private {
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role));
    }
}
