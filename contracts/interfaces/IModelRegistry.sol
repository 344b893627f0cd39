// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One immutable version of a model.
/// @param verifier of its proofs; zero where the model has no circuit, so that nothing can prove its answers: the market
/// settles these by quorum or by a jury
/// @dev Slot 0: verifier (20), outputWords (1), inputWords (1), deprecated (1). Then the CID.
struct ModelVersion {
    address verifier;
    uint8 outputWords;
    uint8 inputWords;
    bool deprecated;
    bytes manifestCid;
}

/// @title Model registry
/// @notice An ERC-721 token a model: whoever holds it receives the royalties and may publish versions.
/// A version is immutable; deprecating one stops new jobs, never running ones.
interface IModelRegistry {
    event ModelRegistered(uint256 indexed modelId, address indexed author, string name);
    event VersionPublished(
        uint256 indexed modelId,
        uint256 indexed version,
        address indexed verifier,
        bytes manifestCid,
        uint8 outputWords,
        uint8 inputWords
    );
    event VersionDeprecated(uint256 indexed modelId, uint256 indexed version);
    event RoyaltySet(uint256 indexed modelId, uint256 royaltyBps);

    error ModelUnknown(uint256 modelId);
    error VersionUnknown(uint256 modelId, uint256 version);
    error VersionIsDeprecated(uint256 modelId, uint256 version);
    error NotModelHolder(uint256 modelId, address caller);
    error VerifierNotRegistered(address verifier);
    /// @notice The verifier's proof system was retired: no further version may rely on it.
    error VerifierIsRetired(address verifier);
    /// @notice 1 to 4 output words, at least 1 input word; with a verifier (publicSignals is not 0),
    /// outputWords + inputWords + 1 must equal its public signals.
    error WordCountInvalid(uint256 outputWords, uint256 inputWords, uint256 publicSignals);
    /// @notice A manifest CID is a binary CIDv1 of 4 to 64 bytes.
    error ManifestCidInvalid(uint256 length);
    error RoyaltyTooHigh(uint256 royaltyBps, uint256 maxRoyaltyBps);
    error ModelNameInvalid(uint256 length);

    /// @notice The registry whose verifiers a version may name.
    function verifierRegistry() external view returns (address);

    /// @notice The highest royalty, in basis points of a job's fee.
    function MAX_ROYALTY_BPS() external view returns (uint256);

    /// @notice Mints the token of a new model to the caller and publishes its version 1.
    /// @param name 1 to 64 bytes, for people; not unique
    /// @param royaltyBps the holder's share of each job's fee, in basis points
    /// @param manifestCid binary CIDv1 of the manifest (dag-json)
    /// @param verifier a verifier that the registry deployed; zero for a model without a circuit
    /// @param outputWords number of output words, which come first among the public signals
    /// @param inputWords number of input words, which follow them
    function registerModel(
        string calldata name,
        uint256 royaltyBps,
        bytes calldata manifestCid,
        address verifier,
        uint8 outputWords,
        uint8 inputWords
    ) external returns (uint256 modelId);

    /// @notice Publishes a further version. Holder of the token only.
    function publishVersion(
        uint256 modelId,
        bytes calldata manifestCid,
        address verifier,
        uint8 outputWords,
        uint8 inputWords
    ) external returns (uint256 version);

    /// @notice Stops new jobs on a version, for good. Holder of the token only.
    function deprecateVersion(uint256 modelId, uint256 version) external;

    /// @notice Sets the royalty of jobs requested from now on. Holder of the token only.
    function setRoyalty(uint256 modelId, uint256 royaltyBps) external;

    /// @notice A version, deprecated or not. Versions count from 1.
    function versionOf(uint256 modelId, uint256 version) external view returns (ModelVersion memory);

    /// @notice What the market needs to open a job; reverts if the version is deprecated.
    function jobTerms(
        uint256 modelId,
        uint256 version
    ) external view returns (address verifier, uint8 outputWords, uint8 inputWords, uint16 royaltyBps);

    /// @notice The verifier of a version (zero without a circuit) and the number of its output words, deprecated or not: for running jobs.
    function verifierOf(uint256 modelId, uint256 version) external view returns (address verifier, uint8 outputWords);

    function nameOf(uint256 modelId) external view returns (string memory);
    function royaltyBpsOf(uint256 modelId) external view returns (uint256);
    function versionCount(uint256 modelId) external view returns (uint256);
    function modelCount() external view returns (uint256);
}
