// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Identifies a job within one market. Ids start at 1; 0 is never a job.
type JobId is uint256;

/// @notice How the answer of a job is settled. Later policies are appended, never reordered.
enum Policy {
    Proof
}

/// @notice Where a job stands. `None` is the status of an id that was never issued.
enum JobStatus {
    None,
    Requested,
    Assigned,
    Settled,
    Refunded
}

/// @notice Why a job ended. `None` while it has not.
enum EndReason {
    None,
    Delivered,
    NoProvider,
    ProviderTimeout,
    Cancelled
}
