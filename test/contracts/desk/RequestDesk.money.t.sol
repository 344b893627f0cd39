// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DeskHandler} from "./DeskHandler.t.sol";
import {vm} from "../../helpers/Vm.sol";

struct DeskSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice Whatever the order of operations: what the desk holds in the market is what subscriptions have left.
contract RequestDeskMoneyTest {
    DeskHandler private handler;

    function setUp() public {
        handler = new DeskHandler();
        handler.setUp();
    }

    function targetSelectors() external view returns (DeskSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = DeskHandler.subscribe.selector;
        selectors[1] = DeskHandler.run.selector;
        selectors[2] = DeskHandler.cancel.selector;
        selectors[3] = bytes4(keccak256("relay(uint96)"));
        selectors[4] = DeskHandler.cancelJob.selector;
        selectors[5] = DeskHandler.deposit.selector;
        selectors[6] = DeskHandler.pause.selector;
        selectors[7] = DeskHandler.pass.selector;
        targets = new DeskSelector[](1);
        targets[0] = DeskSelector(address(handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_TheDeskHoldsWhatSubscriptionsHaveLeft() external view {
        handler.assertDeskHoldsWhatItOwes();
    }

    /// @dev Guards the guard: the handler's operations work, so that the invariant is about something.
    function test_TheHandlerReachesEverything() external {
        handler.subscribe(0, 777, 2, 0);
        handler.subscribe(1, 333, 2, 1);
        handler.subscribe(2, 999, 2, 2);
        handler.run(0);
        handler.run(1);
        handler.run(2);
        handler.run(2);
        handler.deposit(1, 1 ether - 1);
        handler.run(1);
        handler.cancel(0, 2);
        handler.cancel(2, 2);
        handler.relay(5);
        handler.cancelJob(0);
        handler.pause(true);
        handler.pass(399);
        handler.run(0);
        handler.pause(false);
        this.invariant_TheDeskHoldsWhatSubscriptionsHaveLeft();

        bytes32[8] memory operations = [
            bytes32("subscribe"),
            "run",
            "run from balance",
            "run refused",
            "cancel",
            "cancel refused",
            "relay",
            "cancel job"
        ];
        for (uint256 i = 0; i < 8; ++i) {
            vm.assertTrue(handler.done(operations[i]) > 0, string(abi.encodePacked("never reached: ", operations[i])));
        }
    }
}
