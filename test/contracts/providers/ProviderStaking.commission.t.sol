// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderStaking, ProviderPool} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

contract ProviderStakingCommissionTest is ProviderStakingFixture {
    function test_RefusesACommissionAboveAll() public {
        vm.expectRevert(abi.encodeWithSelector(IProviderStaking.CommissionTooHigh.selector, 10_001, 10_000));
        setCommission(10_001);
    }

    function test_AProviderThatSaidNothingKeepsAll() public {
        vm.assertEq(staking.commissionOf(PROVIDER), 10_000);
        vm.assertEq(staking.poolOf(PROVIDER).commissionBps, 10_000);
        delegateAs(ALICE, STAKE);
        vm.assertEq(payJob(ETHER, 1 ether), 0);
    }

    function test_ACutCountsAtOnce() public {
        vm.expectEmit(address(staking));
        emit IProviderStaking.CommissionSet(PROVIDER, 2_000, block.timestamp);
        setCommission(2_000);
        vm.assertEq(staking.commissionOf(PROVIDER), 2_000);
        delegateAs(ALICE, STAKE);
        vm.assertEq(payJob(ETHER, 1 ether), 0.4 ether);
    }

    function test_ARaiseWaitsUntilDelegatorsCouldLeave() public {
        setCommission(0);
        delegateAs(ALICE, STAKE);
        uint256 effectiveAt = block.timestamp + 7 days;
        vm.expectEmit(address(staking));
        emit IProviderStaking.CommissionSet(PROVIDER, 10_000, effectiveAt);
        setCommission(10_000);
        ProviderPool memory pool = staking.poolOf(PROVIDER);
        vm.assertEq(pool.commissionBps, 0);
        vm.assertEq(pool.nextCommissionBps, 10_000);
        vm.assertEq(pool.commissionChangesAt, effectiveAt);

        vm.warp(effectiveAt - 1);
        vm.assertEq(payJob(ETHER, 1 ether), 0.5 ether);
        vm.warp(effectiveAt);
        vm.assertEq(payJob(ETHER, 1 ether), 0);
        pool = staking.poolOf(PROVIDER);
        vm.assertEq(pool.commissionBps, 10_000);
        vm.assertEq(pool.nextCommissionBps, 10_000);
        vm.assertEq(pool.commissionChangesAt, 0);
    }

    /// @dev The threat: a small raise long ago, then a large one that is to count when the small one does.
    function test_AnotherRaiseStartsTheWaitAnew() public {
        setCommission(0);
        setCommission(1);
        vm.warp(block.timestamp + 7 days - 1);
        setCommission(9_000);
        vm.warp(block.timestamp + 1);
        vm.assertEq(staking.commissionOf(PROVIDER), 0);
        vm.warp(block.timestamp + 7 days - 1);
        vm.assertEq(staking.commissionOf(PROVIDER), 9_000);
    }

    function test_ARaiseThatIsDueCountsForTheNextChange() public {
        setCommission(1_000);
        setCommission(3_000);
        vm.warp(block.timestamp + 7 days);
        setCommission(5_000);
        vm.assertEq(staking.commissionOf(PROVIDER), 3_000);
        vm.warp(block.timestamp + 7 days);
        vm.assertEq(staking.commissionOf(PROVIDER), 5_000);
    }

    function test_ACutTakesARaiseBack() public {
        setCommission(1_000);
        setCommission(3_000);
        setCommission(1_000);
        vm.assertEq(staking.poolOf(PROVIDER).commissionChangesAt, 0);
        vm.warp(block.timestamp + 8 days);
        vm.assertEq(staking.commissionOf(PROVIDER), 1_000);
    }

    /// @dev Whatever the provider does, within seven days it never keeps more than it said at their start or in them.
    function testFuzz_NoRaiseCountsWithinTheDelay(uint256 seed) public {
        uint256 start = uint256(seed) % 10_001;
        setCommission(start);
        vm.warp(block.timestamp + 30 days);
        uint256 end = block.timestamp + 7 days;
        uint256 least = start;
        for (uint256 i = 0; i < 10; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 next = draw % 10_001;
            setCommission(next);
            if (next < least) least = next;
            vm.assertTrue(staking.commissionOf(PROVIDER) <= start, "raised at once");
            vm.assertEq(staking.commissionOf(PROVIDER), least);
            uint256 later = block.timestamp + ((draw >> 32) % 16 hours);
            if (later < end) vm.warp(later);
        }
    }
}
