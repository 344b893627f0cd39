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
        bytes4[22] memory operations = [
            MoneyHandler.request.selector,
            MoneyHandler.requestFor.selector,
            MoneyHandler.requestFromBalance.selector,
            MoneyHandler.requestTwo.selector,
            MoneyHandler.cancelAny.selector,
            MoneyHandler.assignAny.selector,
            MoneyHandler.submitAny.selector,
            MoneyHandler.submitOpen.selector,
            MoneyHandler.submitBatch.selector,
            MoneyHandler.declineAny.selector,
            MoneyHandler.expireAny.selector,
            MoneyHandler.refundAny.selector,
            MoneyHandler.steal.selector,
            MoneyHandler.deposit.selector,
            MoneyHandler.give.selector,
            MoneyHandler.withdraw.selector,
            MoneyHandler.changeTerms.selector,
            MoneyHandler.stakeMore.selector,
            MoneyHandler.unstake.selector,
            MoneyHandler.withdrawUnstaked.selector,
            MoneyHandler.withdrawProceeds.selector,
            MoneyHandler.pass.selector
        ];
        bytes4[] memory selectors = new bytes4[](operations.length);
        for (uint256 i = 0; i < operations.length; ++i) selectors[i] = operations[i];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev One campaign that checks all after every call: three would take three times as long and see no more.
    function invariant_MoneyIsConserved() external view {
        handler.assertNoOperationBrokeAnything();
        handler.assertMoneyAccounted();
        handler.assertStakeAccounted();
        handler.assertJobsEndOnce();
        handler.assertTotalsAreSums();
    }

    /// @dev Guards the guard: the handler's operations work, so that the invariants are about something.
    function test_TheHandlerReachesEveryEnd() external {
        handler.request(0, 12_345, false);
        handler.assignAny(0, 1);
        handler.submitAny(0, 9);
        handler.steal(0, 0, 1);
        handler.requestFor(1, 1 ether, true);
        handler.cancelAny(1);
        // Four jobs for two providers: one of them has two at least.
        for (uint256 i = 0; i < 2; ++i) handler.requestTwo(i, 2 ether, 77);
        for (uint256 i = 0; i < 4; ++i) handler.assignAny(0, 5);
        for (uint256 i = 0; i < 2; ++i) handler.submitBatch(i, 3);
        handler.request(1, 5 ether, false);
        handler.assignAny(0, 1);
        handler.steal(0, 0, 0);
        handler.declineAny(0, 0);
        handler.assignAny(0, 1);
        handler.expireAny(0);
        handler.request(0, 3, false);
        handler.assignAny(5, 1);
        for (uint256 i = 0; i < 4; ++i) handler.pass(399);
        handler.request(1, 4 ether, false);
        handler.pass(399);
        handler.pass(399);
        handler.submitOpen(1, 8, 4);
        handler.refundAny(0);
        handler.refundAny(0);
        handler.deposit(0, 1_000, true, 3);
        handler.give(3, 500, true, 4);
        handler.requestFromBalance(4, 5, true);
        for (uint256 i = 0; i < 8; ++i) {
            handler.withdraw(i, false);
            handler.withdraw(i, true);
        }
        for (uint256 i = 0; i < 3; ++i) handler.withdrawProceeds(i);
        handler.stakeMore(0, 5);
        handler.unstake(0, 5);
        handler.withdrawUnstaked(0);
        this.invariant_MoneyIsConserved();

        string[21] memory operations = [
            "request",
            "request for",
            "request from balance",
            "multicall",
            "cancel",
            "assign",
            "draw again",
            "settle",
            "settle open",
            "settle in batch",
            "decline",
            "expire",
            "refund",
            "theft refused",
            "deposit",
            "give",
            "withdraw",
            "withdraw proceeds",
            "stake",
            "unstake",
            "withdraw unstaked"
        ];
        for (uint256 i = 0; i < operations.length; ++i) {
            vm.assertTrue(handler.done(bytes32(bytes(operations[i]))) > 0, operations[i]);
        }
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
