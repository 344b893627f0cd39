// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, Payment} from "../interfaces/IJobMarket.sol";
import {Panel, PanelStatus} from "../interfaces/IPanelVoting.sol";
import {IQuorumPolicy} from "../interfaces/IQuorumPolicy.sol";
import {EndReason, Job, JobStatus, Policy} from "../types/Job.sol";
import {PanelVoting} from "./PanelVoting.sol";

/// @title Quorum policy
/// @dev Until the first panel is drawn the job is the market's, where its requester can cancel it and anyone refund it
/// after its deadline; this contract then only remembers a draw that found too few (the panel's drawBlock).
contract QuorumPolicy is IQuorumPolicy, PanelVoting {
    constructor(address market_) PanelVoting(market_) {}

    function _panelOf(uint256 jobId) internal view override returns (Panel memory panel) {
        panel = super._panelOf(jobId);
        if (panel.status > PanelStatus.Drawing || panel.round > 1) return panel;
        Job memory job = IJobMarket(market).jobOf(jobId);
        if (job.policy != Policy.Quorum) revert NotQuorumJob(jobId);
        if (panel.status == PanelStatus.None) {
            panel.round = 1;
            panel.size = job.panelSize;
            panel.quorum = job.quorum;
            panel.drawBlock = job.drawBlock;
            panel.drawBefore = job.deadline;
        }
        panel.status = job.status == JobStatus.Requested ? PanelStatus.Drawing : PanelStatus.Closed;
    }

    /// @dev So that the members' asks together never exceed the fee.
    function _maxAsk(Job memory job) internal pure override returns (uint256) {
        return job.fee / job.panelSize;
    }

    function _onPanelDrawn(uint256 jobId, uint256 round) internal override {
        if (round == 1) IJobMarket(market).takeJob(jobId);
    }

    function _onDecided(
        uint256 jobId,
        Job memory job,
        Tally memory tally,
        uint256[] calldata outputWords
    ) internal override {
        Payment[] memory payments = new Payment[](tally.votes);
        uint256 paid = 0;
        for (uint256 i = 0; i < tally.seats.length; ++i) {
            address provider = tally.seats[i].provider;
            if (tally.answers[i] == tally.winner) payments[paid++] = Payment(provider, tally.seats[i].ask);
            else _slashSeat(provider, job, job.requester);
        }
        IJobMarket(market).settleJob(jobId, payments, outputWords);
    }

    function _onUndecided(uint256 jobId, EndReason reason) internal override {
        IJobMarket(market).failJob(jobId, reason);
    }

    function _onPanelUndrawn(uint256 jobId, Panel memory panel) internal override {
        if (panel.round == 1) IJobMarket(market).refundJob(jobId);
        else IJobMarket(market).failJob(jobId, panel.revealed == 0 ? EndReason.NoProvider : EndReason.NoMajority);
    }
}
