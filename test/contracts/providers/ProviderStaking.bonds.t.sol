// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IProviderStaking, ProviderPool} from "../../../contracts/interfaces/IProviderStaking.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderStakingFixture} from "./ProviderStakingFixture.sol";

/// @dev Which storage a call touched.
interface StorageRecorder {
    function record() external;
    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);
}

contract ProviderStakingBondsTest is ProviderStakingFixture {
    function test_OnlyTheProtocolTouchesBonds() public {
        staking.lockBond(PROVIDER);
        bytes memory refusal = abi.encodeWithSelector(IProviderStaking.CallerNotProtocol.selector, ALICE);
        vm.startPrank(ALICE);
        vm.expectRevert(refusal);
        staking.lockBond(PROVIDER);
        vm.expectRevert(refusal);
        staking.releaseBond(PROVIDER, ETHER, 1);
        vm.expectRevert(refusal);
        staking.shareEarnings(PROVIDER, ETHER, 1);
        vm.expectRevert(refusal);
        staking.releaseBondUnpaid(PROVIDER);
        vm.expectRevert(refusal);
        staking.slashBond(PROVIDER, ALICE, BOND);
        vm.expectRevert(refusal);
        staking.registerEarningToken(PROVIDER, ALICE);
        vm.stopPrank();
    }

    function test_OnlyTheMarketSharesEarnings() public {
        address[3] memory callers = [SELECTION, QUORUM_POLICY, OPTIMISTIC_POLICY];
        staking.lockBond(PROVIDER);
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IProviderStaking.CallerNotProtocol.selector, callers[i]);
            vm.startPrank(callers[i]);
            vm.expectRevert(refusal);
            staking.releaseBond(PROVIDER, ETHER, 1);
            vm.expectRevert(refusal);
            staking.shareEarnings(PROVIDER, ETHER, 1);
            vm.stopPrank();
        }
    }

    function test_EachContractOfTheProtocolLocksReleasesAndSlashes() public {
        address[3] memory callers = [SELECTION, QUORUM_POLICY, OPTIMISTIC_POLICY];
        for (uint256 i = 0; i < 3; ++i) {
            vm.startPrank(callers[i]);
            vm.assertTrue(staking.lockBond(PROVIDER));
            staking.releaseBondUnpaid(PROVIDER);
            vm.assertTrue(staking.lockBond(PROVIDER));
            staking.slashBond(PROVIDER, WRONGED, 0);
            vm.stopPrank();
        }
        vm.assertEq(staking.slashProceedsOf(TREASURY), 3 * BOND);
    }

    function test_RefusesToReleaseOrSlashABondThatIsNotLocked() public {
        bytes memory refusal = abi.encodeWithSelector(IProviderStaking.BondNotLocked.selector, PROVIDER, 0, BOND);
        vm.expectRevert(refusal);
        staking.releaseBond(PROVIDER, ETHER, 1);
        vm.expectRevert(refusal);
        staking.releaseBondUnpaid(PROVIDER);
        vm.expectRevert(refusal);
        staking.slashBond(PROVIDER, WRONGED, 1);
    }

    function test_RefusesToGiveTheWrongedMoreThanTheBond() public {
        staking.lockBond(PROVIDER);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        staking.slashBond(PROVIDER, WRONGED, BOND + 1);
    }

    function test_RefusesACapacityBeyondItsField() public {
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 16, 65_536));
        vm.prank(PROVIDER);
        staking.setCapacity(65_536);
    }

    function test_AProviderThatSaidNothingTakesNoJobs() public {
        stakeAs(ALICE, STAKE);
        vm.assertFalse(staking.canLockBond(ALICE));
        vm.assertFalse(staking.lockBond(ALICE));
        vm.assertEq(staking.poolOf(ALICE).locked, 0);
    }

    function test_NoMoreJobsThanItsCapacity() public {
        vm.prank(PROVIDER);
        staking.setCapacity(2);
        vm.assertTrue(staking.lockBond(PROVIDER));
        vm.assertTrue(staking.lockBond(PROVIDER));
        vm.assertFalse(staking.canLockBond(PROVIDER));
        vm.assertFalse(staking.lockBond(PROVIDER));
        staking.releaseBond(PROVIDER, ETHER, 0);
        vm.assertTrue(staking.lockBond(PROVIDER));
    }

    function test_ACutOfCapacityLetsRunningJobsGoOn() public {
        staking.lockBond(PROVIDER);
        staking.lockBond(PROVIDER);
        vm.prank(PROVIDER);
        staking.setCapacity(0);
        vm.assertFalse(staking.lockBond(PROVIDER));
        staking.releaseBond(PROVIDER, ETHER, 0);
        staking.slashBond(PROVIDER, WRONGED, 0);
        vm.assertEq(staking.poolOf(PROVIDER).activeJobs, 0);
    }

    function test_NoMoreBondsThanStake() public {
        for (uint256 i = 0; i < STAKE / BOND; ++i) {
            vm.assertTrue(staking.canLockBond(PROVIDER));
            vm.assertTrue(staking.lockBond(PROVIDER));
        }
        vm.assertFalse(staking.canLockBond(PROVIDER));
        vm.assertFalse(staking.lockBond(PROVIDER));
        ProviderPool memory pool = staking.poolOf(PROVIDER);
        vm.assertEq(pool.activeJobs, 10);
        vm.assertEq(pool.locked, STAKE);
        vm.assertEq(staking.freeStakeOf(PROVIDER), 0);
    }

    function test_LocksAndReleasesAreTold() public {
        vm.expectEmit(address(staking));
        emit IProviderStaking.BondLocked(PROVIDER, BOND);
        staking.lockBond(PROVIDER);
        vm.expectEmit(address(staking));
        emit IProviderStaking.BondReleased(PROVIDER, BOND);
        staking.releaseBondUnpaid(PROVIDER);
        staking.lockBond(PROVIDER);
        vm.expectEmit(address(staking));
        emit IProviderStaking.BondSlashed(PROVIDER, BOND, WRONGED, 30 ether, 70 ether);
        staking.slashBond(PROVIDER, WRONGED, 30 ether);
    }

    /// @dev canLockBond is what a draw asks before it locks: they must never differ.
    function testFuzz_ABondIsLockedExactlyWhenItCanBe(uint256 seed) public {
        vm.prank(PROVIDER);
        staking.setCapacity(1 + (seed % 12));
        for (uint256 i = 0; i < 24; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            if (draw % 4 == 0 && stakeOf(PROVIDER) > 0) unstakeAs(PROVIDER, 1 + ((draw >> 8) % stakeOf(PROVIDER)));
            if (draw % 4 == 1 && staking.poolOf(PROVIDER).activeJobs > 0) staking.releaseBondUnpaid(PROVIDER);
            bool can = staking.canLockBond(PROVIDER);
            vm.assertTrue(staking.lockBond(PROVIDER) == can, "canLockBond says otherwise");
        }
    }

    function test_ABondTouchesOneSlotOfAPoolWithoutDelegators() public {
        setCommission(5_000);
        StorageRecorder recorder = StorageRecorder(address(vm));
        recorder.record();
        staking.lockBond(PROVIDER);
        (bytes32[] memory reads, bytes32[] memory writes) = recorder.accesses(address(staking));
        vm.assertEq(_distinct(writes), 1);
        // The slot itself and the one that says who the protocol is.
        vm.assertEq(_distinct(reads), 2);

        recorder.record();
        staking.releaseBond(PROVIDER, ETHER, 1 ether);
        (reads, writes) = recorder.accesses(address(staking));
        vm.assertEq(_distinct(writes), 1);
        vm.assertEq(_distinct(reads), 2);
    }

    function _distinct(bytes32[] memory slots) private pure returns (uint256 count) {
        for (uint256 i = 0; i < slots.length; ++i) {
            bool seen = false;
            for (uint256 j = 0; j < i && !seen; ++j) seen = slots[j] == slots[i];
            if (!seen) ++count;
        }
    }
}
