// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IModelRegistry, ModelVersion} from "../../../contracts/interfaces/IModelRegistry.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

contract ModelRegistryTest is ProtocolFixture {
    address private verifier;

    function setUp() public override {
        super.setUp();
        verifier = address(deployVerifier(3, 1));
    }

    function test_RefusesAVerifierThatTheRegistryDidNotDeploy() public {
        address homemade = address(new Groth16Verifier());
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VerifierNotRegistered.selector, homemade));
        models.registerModel("m", 0, CID, homemade, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VerifierNotRegistered.selector, AUTHOR));
        models.registerModel("m", 0, CID, AUTHOR, 1, 1);
    }

    function test_RefusesAVerifierOfARetiredProofSystem() public {
        bytes32 system = verifiers.GROTH16_BN254();
        vm.prank(ADMIN);
        verifiers.retireProofSystem(system);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VerifierIsRetired.selector, verifier));
        models.registerModel("m", 0, CID, verifier, 1, 1);
    }

    function test_RefusesWordCountsThatDoNotMakeUpTheSignals() public {
        _expectWordsRefused(1, 2);
        _expectWordsRefused(2, 1);
        _expectWordsRefused(2, 0);
        _expectWordsRefused(0, 2);
        _expectWordsRefused(255, 255);
        verifier = address(deployVerifier(7, 1));
        _expectWordsRefused(5, 1);
    }

    function test_RefusesImpossibleWordCountsWithoutACircuit() public {
        verifier = address(0);
        _expectWordsRefused(0, 1);
        _expectWordsRefused(1, 0);
        _expectWordsRefused(0, 0);
        _expectWordsRefused(5, 1);
    }

    function test_RefusesABadManifestCid() public {
        _expectCidRefused("");
        _expectCidRefused(hex"01a902");
        _expectCidRefused(bytes.concat(hex"01", new bytes(64)));
        // CIDv0 begins with the multihash.
        _expectCidRefused(hex"1220aabbccdd");
    }

    function test_RefusesANameThatIsEmptyOrTooLong() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNameInvalid.selector, 0));
        models.registerModel("", 0, CID, verifier, 1, 1);
        string memory long = string(new bytes(65));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNameInvalid.selector, 65));
        models.registerModel(long, 0, CID, verifier, 1, 1);
    }

    function test_RefusesARoyaltyAboveTheMaximum() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.RoyaltyTooHigh.selector, 5_001, 5_000));
        models.registerModel("m", 5_001, CID, verifier, 1, 1);
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.RoyaltyTooHigh.selector, 5_001, 5_000));
        models.setRoyalty(modelId, 5_001);
    }

    function test_OnlyTheHolderChangesAModel() public {
        bytes memory refusal = abi.encodeWithSelector(IModelRegistry.NotModelHolder.selector, modelId, address(this));
        vm.expectRevert(refusal);
        models.publishVersion(modelId, CID, verifier, 1, 1);
        vm.expectRevert(refusal);
        models.deprecateVersion(modelId, 1);
        vm.expectRevert(refusal);
        models.setRoyalty(modelId, 0);
    }

    function test_UnknownModelsAndVersionsAreNamed() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, 99));
        models.publishVersion(99, CID, verifier, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, 0));
        models.nameOf(0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, 99));
        models.royaltyBpsOf(99);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, 99));
        models.versionCount(99);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, 2));
        models.versionOf(modelId, 2);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, 0));
        models.jobTerms(modelId, 0);
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, modelId, 2));
        models.deprecateVersion(modelId, 2);
    }

    function test_DeprecatingIsForGoodAndOnlyHidesTheTerms() public {
        vm.startPrank(AUTHOR);
        models.deprecateVersion(modelId, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, modelId, 1));
        models.deprecateVersion(modelId, 1);
        vm.stopPrank();

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, modelId, 1));
        models.jobTerms(modelId, 1);
        vm.assertTrue(models.versionOf(modelId, 1).deprecated);
        (address running, uint8 outputWords) = models.verifierOf(modelId, 1);
        vm.assertEq(running, models.versionOf(modelId, 1).verifier);
        vm.assertEq(outputWords, 1);
    }

    function test_RegistersAndTellsWhatItWasTold() public {
        vm.expectEmit(address(models));
        emit IModelRegistry.VersionPublished(2, 1, verifier, CID, 1, 1);
        uint256 id = models.registerModel(string(new bytes(64)), 5_000, CID, verifier, 1, 1);

        vm.assertEq(id, 2);
        vm.assertEq(models.modelCount(), 2);
        vm.assertEq(models.ownerOf(id), address(this));
        vm.assertEq(models.royaltyBpsOf(id), 5_000);
        vm.assertEq(models.versionCount(id), 1);
        vm.assertEq(models.nameOf(modelId), "adder");
        ModelVersion memory version = models.versionOf(id, 1);
        vm.assertEq(version.manifestCid, CID);
        vm.assertEq(version.verifier, verifier);
        vm.assertFalse(version.deprecated);
    }

    /// @dev Nothing can prove its answers, so the words are what the author declares: one to four, and any inputs.
    function test_RegistersAModelWithoutACircuit() public {
        vm.expectEmit(address(models));
        emit IModelRegistry.VersionPublished(2, 1, address(0), CID, 4, 255);
        uint256 id = models.registerModel("giant", 0, CID, address(0), 4, 255);

        vm.assertEq(models.versionOf(id, 1).verifier, address(0));
        (address provedBy, uint8 outputWords) = models.verifierOf(id, 1);
        vm.assertEq(provedBy, address(0));
        vm.assertEq(outputWords, 4);
        uint8 inputWords;
        (provedBy, outputWords, inputWords, ) = models.jobTerms(id, 1);
        vm.assertEq(provedBy, address(0));
        vm.assertEq(inputWords, 255);
        models.deprecateVersion(id, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionIsDeprecated.selector, id, 1));
        models.jobTerms(id, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionUnknown.selector, id, 2));
        models.verifierOf(id, 2);
    }

    /// @dev A retired proof system says nothing about models that have none.
    function test_AModelCanGainAndLoseItsCircuit() public {
        vm.startPrank(AUTHOR);
        vm.assertEq(models.publishVersion(modelId, CID, address(0), 1, 1), 2);
        vm.assertEq(models.publishVersion(modelId, CID, verifier, 1, 1), 3);
        vm.stopPrank();
        vm.assertEq(models.versionOf(modelId, 2).verifier, address(0));
        vm.assertEq(models.versionOf(modelId, 3).verifier, verifier);
    }

    function test_RightsGoWithTheToken() public {
        vm.prank(AUTHOR);
        models.transferFrom(AUTHOR, RIVAL, modelId);
        vm.prank(AUTHOR);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotModelHolder.selector, modelId, AUTHOR));
        models.setRoyalty(modelId, 0);
        vm.prank(RIVAL);
        vm.assertEq(models.publishVersion(modelId, CID, verifier, 1, 1), 2);
        (address first, ) = models.verifierOf(modelId, 1);
        vm.assertTrue(first != verifier);
    }

    function _expectWordsRefused(uint8 outputWords, uint8 inputWords) private {
        uint256 signals = verifier == address(0) ? 0 : Groth16Verifier(verifier).publicSignalCount();
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.WordCountInvalid.selector, outputWords, inputWords, signals)
        );
        models.registerModel("m", 0, CID, verifier, outputWords, inputWords);
    }

    function _expectCidRefused(bytes memory cid) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ManifestCidInvalid.selector, cid.length));
        models.registerModel("m", 0, cid, verifier, 1, 1);
    }
}
