// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobRequest} from "../interfaces/IJobMarket.sol";
import {SignedRequest} from "../interfaces/IRequestDesk.sol";

/// @title EIP-712 hash of a signed request
/// @notice Covers every field, so that a relayer can change none of them.
library SignedRequests {
    bytes internal constant JOB_REQUEST_TYPE =
        "JobRequest(uint256 modelId,uint256 version,uint8 policy,uint8 panelSize,uint8 quorum,address token,uint256 fee,"
        "bool fromBalance,uint32 drawSeconds,uint32 answerSeconds,uint32 openSeconds,uint32 windowSeconds,"
        "address callback,uint32 callbackGasLimit,uint256[] inputWords,bytes inputCid)";
    bytes32 internal constant JOB_REQUEST_TYPEHASH = keccak256(JOB_REQUEST_TYPE);
    bytes32 internal constant SIGNED_REQUEST_TYPEHASH = keccak256(
        bytes.concat(
            "SignedRequest(address requester,uint256 nonce,uint256 deadline,JobRequest request)",
            JOB_REQUEST_TYPE
        )
    );

    function structHash(SignedRequest calldata signed) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    SIGNED_REQUEST_TYPEHASH,
                    signed.requester,
                    signed.nonce,
                    signed.deadline,
                    _hashRequest(signed.request)
                )
            );
    }

    /// @dev In two halves, which are one after the other what EIP-712 encodes: the stack has no room for all at once.
    function _hashRequest(JobRequest calldata request) private pure returns (bytes32) {
        bytes memory terms = abi.encode(
            JOB_REQUEST_TYPEHASH,
            request.modelId,
            request.version,
            request.policy,
            request.panelSize,
            request.quorum,
            request.token,
            request.fee,
            request.fromBalance
        );
        bytes memory rest = abi.encode(
            request.drawSeconds,
            request.answerSeconds,
            request.openSeconds,
            request.windowSeconds,
            request.callback,
            request.callbackGasLimit,
            keccak256(abi.encodePacked(request.inputWords)),
            keccak256(request.inputCid)
        );
        return keccak256(bytes.concat(terms, rest));
    }
}
