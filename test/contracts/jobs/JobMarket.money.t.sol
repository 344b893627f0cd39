// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MoneyHandler} from "./MoneyHandler.t.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice Whatever the order of operations: no unit is lost, none is paid twice, and each job ends at most once.
contract JobMarketMoneyTest {
    MoneyHandler private handler;

    function setUp() public {
        handler = new MoneyHandler();
        handler.setUp();
    }

    /// @dev The fuzzer calls the handler, and of it only what changes money.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](13);
        selectors[0] = MoneyHandler.request.selector;
        selectors[1] = MoneyHandler.claimAny.selector;
        selectors[2] = MoneyHandler.submitAny.selector;
        selectors[3] = MoneyHandler.expireAny.selector;
        selectors[4] = MoneyHandler.refundAny.selector;
        selectors[5] = MoneyHandler.cancelAny.selector;
        selectors[6] = MoneyHandler.withdraw.selector;
        selectors[7] = MoneyHandler.changeTerms.selector;
        selectors[8] = MoneyHandler.stakeMore.selector;
        selectors[9] = MoneyHandler.unstake.selector;
        selectors[10] = MoneyHandler.withdrawUnstaked.selector;
        selectors[11] = MoneyHandler.withdrawProceeds.selector;
        selectors[12] = MoneyHandler.pass.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev One campaign that checks all after every call: three would take three times as long and see no more.
    function invariant_MoneyIsConserved() external view {
        handler.assertMoneyAccounted();
        handler.assertStakeAccounted();
        handler.assertJobsEndOnce();
        handler.assertTotalsAreSums();
    }

    /// @dev Guards the guard: the handler's operations work, so that the invariants are about something.
    function test_TheHandlerReachesEveryEnd() external {
        handler.request(0, 12_345, false);
        handler.request(1, 777, true);
        handler.request(0, 3, false);
        handler.request(1, 4, true);
        handler.claimAny(0, 0);
        handler.submitAny(0, 9);
        handler.cancelAny(1);
        handler.claimAny(1, 2);
        handler.expireAny(0);
        handler.pass(399);
        handler.pass(399);
        handler.refundAny(0);
        handler.refundAny(0);
        for (uint256 i = 0; i < 6; ++i) {
            handler.withdraw(i, false);
            handler.withdraw(i, true);
        }
        for (uint256 i = 0; i < 3; ++i) handler.withdrawProceeds(i);
        handler.stakeMore(0, 5);
        handler.unstake(0, 5);
        handler.withdrawUnstaked(0);
        this.invariant_MoneyIsConserved();

        bytes32[11] memory operations = [
            bytes32("request"),
            "claim",
            "settle",
            "cancel",
            "expire",
            "refund",
            "withdraw",
            "withdraw proceeds",
            "stake",
            "unstake",
            "withdraw unstaked"
        ];
        for (uint256 i = 0; i < operations.length; ++i) {
            vm.assertTrue(handler.done(operations[i]) > 0, string(abi.encodePacked(operations[i])));
        }
        vm.assertEq(handler.done("settle") + handler.done("cancel") + handler.done("refund"), 4);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
