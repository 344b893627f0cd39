// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IModelRegistry, ModelVersion} from "../interfaces/IModelRegistry.sol";
import {IVerifierRegistry} from "../interfaces/IVerifierRegistry.sol";

/// @title Model registry
/// @dev There is no burn: a model always has a holder for its royalties.
contract ModelRegistry is IModelRegistry, ERC721 {
    struct Model {
        uint16 royaltyBps;
        uint64 versionCount;
        string name;
    }

    /// @inheritdoc IModelRegistry
    uint256 public constant MAX_ROYALTY_BPS = 5_000;
    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant MIN_CID_BYTES = 4;
    uint256 private constant MAX_CID_BYTES = 64;
    uint256 private constant MAX_OUTPUT_WORDS = 4;

    /// @inheritdoc IModelRegistry
    address public immutable verifierRegistry;

    /// @inheritdoc IModelRegistry
    uint256 public modelCount;
    mapping(uint256 modelId => Model) private _models;
    mapping(uint256 modelId => mapping(uint256 version => ModelVersion)) private _versions;

    modifier onlyHolder(uint256 modelId) {
        _requireModel(modelId);
        if (msg.sender != ownerOf(modelId)) revert NotModelHolder(modelId, msg.sender);
        _;
    }

    constructor(address verifierRegistry_) ERC721("Verimesh Model", "VMODEL") {
        verifierRegistry = verifierRegistry_;
    }

    /// @inheritdoc IModelRegistry
    function registerModel(
        string calldata name,
        uint256 royaltyBps,
        bytes calldata manifestCid,
        address verifier,
        uint8 outputWords,
        uint8 inputWords
    ) external returns (uint256 modelId) {
        uint256 nameLength = bytes(name).length;
        if (nameLength == 0 || nameLength > MAX_NAME_BYTES) revert ModelNameInvalid(nameLength);

        modelId = ++modelCount;
        _models[modelId].name = name;
        // Not _safeMint: it would hand control to the author in the middle of the registration.
        _mint(msg.sender, modelId);
        emit ModelRegistered(modelId, msg.sender, name);
        _setRoyalty(modelId, royaltyBps);
        _publishVersion(modelId, manifestCid, verifier, outputWords, inputWords);
    }

    /// @inheritdoc IModelRegistry
    function publishVersion(
        uint256 modelId,
        bytes calldata manifestCid,
        address verifier,
        uint8 outputWords,
        uint8 inputWords
    ) external onlyHolder(modelId) returns (uint256 version) {
        return _publishVersion(modelId, manifestCid, verifier, outputWords, inputWords);
    }

    /// @inheritdoc IModelRegistry
    function deprecateVersion(uint256 modelId, uint256 version) external onlyHolder(modelId) {
        ModelVersion storage published = _requireVersion(modelId, version);
        if (published.deprecated) revert VersionIsDeprecated(modelId, version);
        published.deprecated = true;
        emit VersionDeprecated(modelId, version);
    }

    /// @inheritdoc IModelRegistry
    function setRoyalty(uint256 modelId, uint256 royaltyBps) external onlyHolder(modelId) {
        _setRoyalty(modelId, royaltyBps);
    }

    /// @inheritdoc IModelRegistry
    function versionOf(uint256 modelId, uint256 version) external view returns (ModelVersion memory) {
        return _requireVersion(modelId, version);
    }

    /// @inheritdoc IModelRegistry
    function jobTerms(
        uint256 modelId,
        uint256 version
    ) external view returns (address verifier, uint8 outputWords, uint8 inputWords, uint16 royaltyBps) {
        ModelVersion storage published = _requireVersion(modelId, version);
        if (published.deprecated) revert VersionIsDeprecated(modelId, version);
        return (published.verifier, published.outputWords, published.inputWords, _models[modelId].royaltyBps);
    }

    /// @inheritdoc IModelRegistry
    function verifierOf(uint256 modelId, uint256 version) external view returns (address verifier, uint8 outputWords) {
        ModelVersion storage published = _requireVersion(modelId, version);
        return (published.verifier, published.outputWords);
    }

    /// @inheritdoc IModelRegistry
    function nameOf(uint256 modelId) external view returns (string memory) {
        _requireModel(modelId);
        return _models[modelId].name;
    }

    /// @inheritdoc IModelRegistry
    function royaltyBpsOf(uint256 modelId) external view returns (uint256) {
        _requireModel(modelId);
        return _models[modelId].royaltyBps;
    }

    /// @inheritdoc IModelRegistry
    function versionCount(uint256 modelId) external view returns (uint256) {
        _requireModel(modelId);
        return _models[modelId].versionCount;
    }

    function _setRoyalty(uint256 modelId, uint256 royaltyBps) private {
        if (royaltyBps > MAX_ROYALTY_BPS) revert RoyaltyTooHigh(royaltyBps, MAX_ROYALTY_BPS);
        // Casting is safe: MAX_ROYALTY_BPS is below 2^16.
        _models[modelId].royaltyBps = uint16(royaltyBps);
        emit RoyaltySet(modelId, royaltyBps);
    }

    function _publishVersion(
        uint256 modelId,
        bytes calldata manifestCid,
        address verifier,
        uint8 outputWords,
        uint8 inputWords
    ) private returns (uint256 version) {
        if (manifestCid.length < MIN_CID_BYTES || manifestCid.length > MAX_CID_BYTES || manifestCid[0] != 0x01) {
            revert ManifestCidInvalid(manifestCid.length);
        }
        uint256 publicSignals = verifier == address(0) ? 0 : _publicSignals(verifier);
        _requireWords(outputWords, inputWords, publicSignals);

        version = ++_models[modelId].versionCount;
        _versions[modelId][version] = ModelVersion({
            verifier: verifier,
            outputWords: outputWords,
            inputWords: inputWords,
            deprecated: false,
            manifestCid: manifestCid
        });
        emit VersionPublished(modelId, version, verifier, manifestCid, outputWords, inputWords);
    }

    function _publicSignals(address verifier) private view returns (uint256) {
        IVerifierRegistry verifiers = IVerifierRegistry(verifierRegistry);
        bytes32 proofSystem = verifiers.proofSystemOf(verifier);
        if (proofSystem == 0) revert VerifierNotRegistered(verifier);
        if (verifiers.isRetired(proofSystem)) revert VerifierIsRetired(verifier);
        return IGroth16Verifier(verifier).publicSignalCount();
    }

    /// @dev No public signals: no circuit, so the words are only declared. A circuit's are outputs, inputs and a binding.
    function _requireWords(uint256 outputWords, uint256 inputWords, uint256 publicSignals) private pure {
        bool fits = publicSignals == 0 || outputWords + inputWords + 1 == publicSignals;
        if (!fits || outputWords == 0 || outputWords > MAX_OUTPUT_WORDS || inputWords == 0) {
            revert WordCountInvalid(outputWords, inputWords, publicSignals);
        }
    }

    function _requireModel(uint256 modelId) private view {
        if (modelId == 0 || modelId > modelCount) revert ModelUnknown(modelId);
    }

    function _requireVersion(uint256 modelId, uint256 version) private view returns (ModelVersion storage published) {
        published = _versions[modelId][version];
        // Every published version has an output word; not every one has a verifier.
        if (published.outputWords == 0) revert VersionUnknown(modelId, version);
    }
}
