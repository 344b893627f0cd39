// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPanelVoting} from "./IPanelVoting.sol";

/// @title Quorum policy
/// @notice `panelSize` providers answer, `quorum` equal answers settle the job: each of those who gave it gets its ask. The
/// first round is drawn for the job's own draw block and deadline; drawing it takes the job from the market. Members who
/// dissented from a decided vote, or were silent in it, lose their bond: half to the requester, half to the treasury (all
/// to the treasury where the input lies off the chain). No majority: one more draw of others, then the job is refunded.
/// A requester chooses how long its members have: one that gives them too little gets no answer and nobody's bond.
interface IQuorumPolicy is IPanelVoting {
    error NotQuorumJob(uint256 jobId);
}
