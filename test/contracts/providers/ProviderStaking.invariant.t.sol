// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingHandler} from "./ProviderStakingHandler.t.sol";

/// @notice Whatever the order of operations: no unit of stake appears or is lost, no slash is escaped or misses its bond,
/// delegators are paid what was shared and not a unit more, and never bear more than half of what can be slashed.
/// (To run it alone, name the handler's file, too: the fuzzer calls only contracts of the test files that are run.)
contract ProviderStakingInvariantTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ProviderStakingHandler private handler;

    function setUp() public {
        handler = new ProviderStakingHandler();
        handler.setUp();
    }

    /// @dev The fuzzer calls the handler, and of it only what changes something.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](13);
        selectors[0] = ProviderStakingHandler.stakeMore.selector;
        selectors[1] = ProviderStakingHandler.delegate.selector;
        selectors[2] = ProviderStakingHandler.unstake.selector;
        selectors[3] = ProviderStakingHandler.withdraw.selector;
        selectors[4] = ProviderStakingHandler.lock.selector;
        selectors[5] = ProviderStakingHandler.pay.selector;
        selectors[6] = ProviderStakingHandler.releaseUnpaid.selector;
        selectors[7] = ProviderStakingHandler.slashAny.selector;
        selectors[8] = ProviderStakingHandler.claim.selector;
        selectors[9] = ProviderStakingHandler.snipe.selector;
        selectors[10] = ProviderStakingHandler.setCommissionOf.selector;
        selectors[11] = ProviderStakingHandler.withdrawProceeds.selector;
        selectors[12] = ProviderStakingHandler.pass.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev One campaign that checks all after every call: four would take four times as long and see no more.
    function invariant_StakeIsConserved() external view {
        handler.assertHoldingsAccounted();
        handler.assertPoolsAccounted();
        handler.assertDelegationsCovered();
        handler.assertEarningsAccounted();
        handler.assertNobodyGainsStake();
    }

    /// @dev Guards the guard: the handler's operations work, so that the invariants are about something.
    function test_TheHandlerReachesEveryEnd() external {
        handler.stakeMore(0, 1);
        handler.delegate(0, 0, 400 ether);
        handler.delegate(1, 0, 7);
        for (uint256 i = 0; i < 5; ++i) handler.lock(0);
        handler.pay(0, 3 ether, false);
        handler.releaseUnpaid(0);
        handler.slashAny(0, 12_345);
        handler.snipe(0, 5 ether);
        handler.claim(0, 0, false);
        handler.unstake(0, 0, 11);
        handler.withdraw(0, 0);
        handler.slashAny(0, 1);
        handler.withdrawProceeds(true);
        for (uint256 i = 0; i < 10; ++i) handler.lock(1);
        for (uint256 i = 0; i < 10; ++i) handler.slashAny(1, 0);
        handler.stakeMore(1, 299 ether);
        handler.pass(1);
        this.invariant_StakeIsConserved();

        bytes32[12] memory operations = [
            bytes32("stake"),
            "delegate",
            "unstake",
            "withdraw",
            "lock",
            "pay",
            "release",
            "slash",
            "wipe",
            "claim",
            "snipe",
            "proceeds"
        ];
        for (uint256 i = 0; i < operations.length; ++i) {
            vm.assertTrue(handler.done(operations[i]) > 0, string(abi.encodePacked(operations[i])));
        }
    }
}
