// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket, JobRequest} from "../interfaces/IJobMarket.sol";
import {Policy} from "../types/Job.sol";
import {Bn254} from "./Bn254.sol";

/// @title What a request may ask for
/// @notice Refuses terms that could not be kept: whatever passes here, the market can end.
library RequestTerms {
    uint256 internal constant MAX_CALLBACK_GAS = 1_000_000;
    uint256 internal constant MIN_DURATION_SECONDS = 10;
    uint256 internal constant MAX_DURATION_SECONDS = 30 days;
    uint256 internal constant MAX_ANSWER_SECONDS = 1 days;
    uint256 internal constant MIN_PANEL_SIZE = 3;
    uint256 internal constant MAX_PANEL_SIZE = 15;
    uint256 private constant MAX_CID_BYTES = 64;

    /// @notice Everything but the input words; `provable`: the version has a circuit.
    function requireKeepable(JobRequest calldata request, bool provable) internal view {
        if (request.fee == 0) revert IJobMarket.FeeZero();
        if (request.fee > type(uint96).max) revert IJobMarket.FeeTooHigh(request.fee);
        if (request.inputCid.length > MAX_CID_BYTES) revert IJobMarket.InputCidTooLong(request.inputCid.length);
        _requireDuration(request.drawSeconds, MIN_DURATION_SECONDS, MAX_DURATION_SECONDS);
        _requireDuration(request.answerSeconds, MIN_DURATION_SECONDS, MAX_ANSWER_SECONDS);
        _requireDuration(request.openSeconds, 0, request.policy == Policy.Quorum ? 0 : MAX_DURATION_SECONDS);
        if (request.policy == Policy.Proof) _requireProofTerms(request, provable);
        else _requireVoteTerms(request, provable);
        if (request.callback != address(0)) _requireCallback(request);
    }

    /// @notice The hash under which a job keeps its input words.
    function hashInput(uint256[] calldata words, uint256 expected) internal pure returns (bytes32) {
        if (words.length != expected) revert IJobMarket.InputWordCountMismatch(words.length, expected);
        for (uint256 i = 0; i < words.length; ++i) {
            if (words[i] >= Bn254.SCALAR_ORDER) revert IJobMarket.InputWordTooLarge(i, words[i]);
        }
        return keccak256(abi.encodePacked(words));
    }

    function _requireProofTerms(JobRequest calldata request, bool provable) private pure {
        if (!provable) revert IJobMarket.VersionHasNoCircuit(request.modelId, request.version);
        if (request.panelSize | request.quorum | request.windowSeconds != 0) _refuse(request);
    }

    /// @dev Who can be made to prove an answer needs no jury; without a circuit there must be one, that is as likely to
    /// decide as it can be: an undecided challenge gives the requester its fee back, and it has read the answer.
    function _requireVoteTerms(JobRequest calldata request, bool provable) private pure {
        _requireDuration(request.windowSeconds, MIN_DURATION_SECONDS, MAX_DURATION_SECONDS);
        (uint256 size, uint256 quorum) = (request.panelSize, request.quorum);
        if (request.policy == Policy.Optimistic && provable) {
            if (size | quorum != 0) _refuse(request);
            return;
        }
        if (size < MIN_PANEL_SIZE || size > MAX_PANEL_SIZE || quorum > size || quorum <= size / 2) _refuse(request);
        if (request.policy == Policy.Optimistic && quorum != size / 2 + 1) _refuse(request);
    }

    function _requireCallback(JobRequest calldata request) private view {
        uint256 gasLimit = request.callbackGasLimit;
        if (request.callback.code.length == 0) revert IJobMarket.CallbackNotContract(request.callback);
        if (gasLimit == 0 || gasLimit > MAX_CALLBACK_GAS) {
            revert IJobMarket.CallbackGasInvalid(gasLimit, MAX_CALLBACK_GAS);
        }
    }

    function _requireDuration(uint256 duration, uint256 min, uint256 max) private pure {
        if (duration < min || duration > max) revert IJobMarket.DurationInvalid(duration, min, max);
    }

    function _refuse(JobRequest calldata request) private pure {
        revert IJobMarket.PolicyTermsInvalid(request.policy, request.panelSize, request.quorum, request.windowSeconds);
    }
}
