// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PanelVoting} from "../../../contracts/disputes/PanelVoting.sol";
import {IJobMarket, Payment} from "../../../contracts/interfaces/IJobMarket.sol";
import {IOptimisticPolicy} from "../../../contracts/interfaces/IOptimisticPolicy.sol";
import {DrawTerms, IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {IProviderStaking} from "../../../contracts/interfaces/IProviderStaking.sol";
import {IRequestDesk} from "../../../contracts/interfaces/IRequestDesk.sol";
import {EndReason} from "../../../contracts/types/Job.sol";
import {ForgingKey} from "../../helpers/ForgingKey.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderMoves} from "./ProviderMoves.sol";

/// @notice Somebody without stake, seat, role or money calls everything that is not his; what money people have in the
/// market they withdraw and give; the guardian pauses.
abstract contract ThiefMoves is ProviderMoves {
    address internal constant THIEF = address(0x7417);

    bool internal _stolen;

    function steal(uint256 pick, uint256 how) external {
        uint256 jobId = 1 + (pick % (market.jobCount() + 2));
        (address target, bytes[] memory calls) = how % 3 == 0
            ? _marketThefts(jobId)
            : how % 3 == 1
                ? _stakeThefts(jobId)
                : _policyThefts(jobId);
        bytes memory attempt = calls[(how >> 8) % calls.length];
        vm.prank(THIEF);
        (bool success, ) = target.call(attempt);
        if (success) _stolen = true;
        done["theft refused"] += 1;
    }

    function withdrawAny(uint256 who, uint256 coin) public {
        address account = _person(who);
        if (market.claimableOf(account, _coin(coin)) == 0) return;
        _spender = account;
        vm.prank(account);
        market.withdraw(_coin(coin), account);
        done["withdraw"] += 1;
    }

    function giveAny(uint256 who, uint256 to, uint96 amount) external {
        address coin = _coin(amount);
        uint256 balance = market.claimableOf(_person(who), coin);
        _spender = _person(who);
        vm.prank(_person(who));
        market.transferBalance(_person(to), coin, uint256(amount) % (balance + 1));
        done["give"] += 1;
    }

    function withdrawProceedsAny(uint256 who) external {
        if (staking.slashProceedsOf(_person(who)) == 0) return;
        vm.prank(_person(who));
        staking.withdrawSlashProceeds();
        done["withdraw proceeds"] += 1;
    }

    function pauseAny(uint256 choice) external {
        vm.prank(GUARDIAN);
        if (choice % 4 == 0) market.pauseRequests();
        else market.unpauseRequests();
        done["pause"] += 1;
    }

    function _marketThefts(uint256 jobId) private view returns (address, bytes[] memory calls) {
        calls = new bytes[](10);
        address victim = jobId <= market.jobCount() ? market.jobOf(jobId).provider : PROVIDER;
        uint256[8] memory proof = ForgingKey.prove(signalsOf(jobId, victim, OUTPUT), 0);
        calls[0] = abi.encodeCall(IJobMarket.submitProof, (jobId, one(INPUT), one(OUTPUT), proof));
        calls[1] = abi.encodeCall(IJobMarket.cancelJob, (jobId));
        calls[2] = abi.encodeCall(IJobMarket.declineJob, (jobId, EndReason.ProviderDeclined));
        calls[3] = abi.encodeCall(IJobMarket.takeJob, (jobId));
        calls[4] = abi.encodeCall(IJobMarket.announceResult, (jobId, THIEF, 0, one(OUTPUT)));
        calls[5] = abi.encodeCall(IJobMarket.settleJob, (jobId, new Payment[](0), one(OUTPUT)));
        calls[6] = abi.encodeCall(IJobMarket.failJob, (jobId, EndReason.NoMajority));
        calls[7] = abi.encodeCall(IJobMarket.requestJobFrom, (REQUESTER, tokenRequest(address(token))));
        calls[8] = abi.encodeCall(IJobMarket.setProtocolFee, (0));
        calls[9] = abi.encodeCall(IJobMarket.withdraw, (ETHER, THIEF));
        // What somebody gave to it is its own.
        if (market.claimableOf(THIEF, ETHER) > 0) calls[9] = calls[8];
        return (address(market), calls);
    }

    function _stakeThefts(uint256 jobId) private view returns (address, bytes[] memory calls) {
        if (jobId % 2 == 0) return _selectionThefts(jobId);
        calls = new bytes[](8);
        calls[0] = abi.encodeCall(IProviderStaking.lockBond, (PROVIDER));
        calls[1] = abi.encodeCall(IProviderStaking.releaseBond, (PROVIDER, ETHER, 1));
        calls[2] = abi.encodeCall(IProviderStaking.releaseBondUnpaid, (PROVIDER));
        calls[3] = abi.encodeCall(IProviderStaking.slashBond, (PROVIDER, THIEF, BOND));
        calls[4] = abi.encodeCall(IProviderStaking.shareEarnings, (PROVIDER, ETHER, 1));
        calls[5] = abi.encodeCall(IProviderStaking.registerEarningToken, (PROVIDER, THIEF));
        calls[6] = abi.encodeCall(IProviderStaking.requestUnstake, (PROVIDER, 1));
        calls[7] = abi.encodeCall(IProviderStaking.claimEarnings, (PROVIDER, ETHER));
        return (address(staking), calls);
    }

    function _selectionThefts(uint256 jobId) private view returns (address, bytes[] memory calls) {
        calls = new bytes[](3);
        DrawTerms memory terms = DrawTerms(jobId, modelId, 1, ETHER, FEE, block.number - 3, false, ANSWER_SECONDS);
        calls[0] = abi.encodeCall(IProviderSelection.drawProviders, (terms, 1, ""));
        calls[1] = abi.encodeCall(IProviderSelection.exclude, (jobId, PROVIDER));
        calls[2] = abi.encodeCall(IProviderSelection.countDecline, (PROVIDER));
        return (address(selection), calls);
    }

    function _policyThefts(uint256 jobId) private view returns (address, bytes[] memory calls) {
        if (jobId % 4 == 0) {
            calls = new bytes[](1);
            calls[0] = abi.encodeCall(IRequestDesk.cancelSubscription, (1));
            return (address(desk), calls);
        }
        calls = new bytes[](5);
        calls[0] = abi.encodeCall(IOptimisticPolicy.submitAnswer, (jobId, one(WRONG)));
        calls[1] = abi.encodeCall(IOptimisticPolicy.challengeAnswer, (jobId));
        calls[2] = abi.encodeCall(PanelVoting.commitAnswer, (jobId, bytes32(uint256(1))));
        calls[3] = abi.encodeCall(PanelVoting.revealAnswer, (jobId, one(WRONG), bytes32(0)));
        calls[4] = abi.encodeCall(IOptimisticPolicy.withdrawBondProceeds, ());
        return (address(optimisticPolicy), calls);
    }

    /// @dev Everybody who may have money in the market and can use it himself.
    function _person(uint256 who) internal view returns (address) {
        uint256 index = who % 25;
        if (index < REQUESTERS) return _requester(index);
        if (index < 19) return _worker(index - REQUESTERS);
        return [AUTHOR, TREASURY, CHALLENGER, DELEGATOR, SAVER, THIEF][index - 19];
    }
}
