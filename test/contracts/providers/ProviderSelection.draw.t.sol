// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Candidate, DrawTerms, IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {BlockHeader} from "../../helpers/BlockHeader.sol";
import {vm} from "../../helpers/Vm.sol";
import {ProviderSelectionFixture} from "./ProviderSelectionFixture.sol";

contract ProviderSelectionDrawTest is ProviderSelectionFixture {
    uint256 private constant SEED_BLOCK = REQUEST_BLOCK + 2;

    function test_RefusesADrawBeforeTheSeedBlockIsOver() public {
        serveMany(3);
        for (uint256 blockNumber = REQUEST_BLOCK; blockNumber <= SEED_BLOCK; ++blockNumber) {
            vm.roll(blockNumber);
            bytes memory header = BlockHeader.encode(SEED_BLOCK, 1);
            vm.expectRevert(abi.encodeWithSelector(IProviderSelection.DrawTooEarly.selector, SEED_BLOCK));
            selection.drawProviders(termsOf(1), 1, header);
        }
    }

    function test_RefusesEveryHeaderButTheSeedBlocks() public {
        serveMany(3);
        seal();
        uint256 randao = uint256(keccak256("randao"));
        bytes[4] memory forged = [
            bytes(""),
            BlockHeader.encode(SEED_BLOCK, randao + 1),
            BlockHeader.encode(SEED_BLOCK - 1, randao),
            bytes.concat(BlockHeader.encode(SEED_BLOCK, randao), hex"80")
        ];
        for (uint256 i = 0; i < forged.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMismatch.selector, SEED_BLOCK));
            selection.drawProviders(termsOf(1), 1, forged[i]);
        }
    }

    /// @dev Or whoever dislikes the outcome could have the job drawn anew with a header of his own.
    function test_AWrongHeaderIsRefusedAlsoWhereNobodyServes() public {
        seal();
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMismatch.selector, SEED_BLOCK));
        selection.drawProviders(termsOf(1), 1, "");
    }

    function test_NobodyIsFoundWhereNobodyServes() public {
        vm.assertEq(selection.drawProviders(termsOf(1), 1, seal()).length, 0);
    }

    function test_ADrawExpiresWithTheHashOfItsSeedBlock() public {
        vm.roll(SEED_BLOCK);
        vm.assertFalse(selection.drawExpired(REQUEST_BLOCK));
        bytes memory header = seal();
        vm.assertFalse(selection.drawExpired(REQUEST_BLOCK));
        vm.roll(SEED_BLOCK + 256);
        vm.setBlockhash(SEED_BLOCK, keccak256(header));
        vm.assertFalse(selection.drawExpired(REQUEST_BLOCK));
        vm.roll(SEED_BLOCK + 257);
        vm.assertTrue(selection.drawExpired(REQUEST_BLOCK));
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMismatch.selector, SEED_BLOCK));
        selection.drawProviders(termsOf(1), 1, header);
    }

    // What is skipped

    function test_SkipsWhoIsExcludedFromTheJob() public {
        serveMany(2);
        bytes memory header = seal();
        address first = drawnFor(1, header);
        vm.expectEmit(address(selection));
        emit IProviderSelection.ProviderExcluded(1, first);
        selection.exclude(1, first);
        vm.assertTrue(selection.isExcluded(1, first));
        address second = drawnFor(1, header);
        vm.assertTrue(second != first && second != address(0));
        selection.exclude(1, second);
        vm.assertEq(drawnFor(1, header), address(0));
        vm.assertTrue(timesDrawn(first, 40, header) > 0, "other jobs still draw it");
    }

    function test_SkipsWhoTakesNoOffChainInput() public {
        stakeFor(provider(0), 3 * BOND);
        listFor(provider(0), false);
        askFor(provider(0), true, ASK);
        serve(provider(1), BOND, ASK);
        bytes memory header = seal();
        vm.assertTrue(timesDrawn(provider(0), 10, header) > 0);
        DrawTerms memory terms = termsOf(1);
        terms.inputOffChain = true;
        for (terms.jobId = 1; terms.jobId <= 10; ++terms.jobId) {
            vm.assertEq(drawnFor(terms, header).provider, provider(1));
        }
    }

    function test_SkipsWhoAsksTooMuchOrTakesAnotherToken() public {
        serve(provider(0), BOND, MAX_ASK);
        bytes memory header = seal();
        vm.assertEq(drawnFor(1, header), provider(0));
        DrawTerms memory terms = termsOf(1);
        terms.maxAsk = MAX_ASK - 1;
        vm.assertEq(drawnFor(terms, header).provider, address(0));
        terms = termsOf(1);
        terms.token = address(token);
        vm.assertEq(drawnFor(terms, header).provider, address(0));
    }

    function test_SkipsWhoHasNoPlaceOrNoFreeBond() public {
        serve(provider(0), 3 * BOND, ASK);
        bytes memory header = seal();
        for (uint256 jobId = 1; jobId <= 3; ++jobId) {
            vm.assertEq(selection.drawProviders(termsOf(jobId), 1, header).length, 1);
        }
        vm.assertEq(drawnFor(4, header), address(0));
        stakeFor(provider(0), 100 * BOND);
        vm.assertEq(selection.drawProviders(termsOf(4), 1, header).length, 1);
        vm.assertEq(staking.poolOf(provider(0)).activeJobs, CAPACITY);
        vm.assertEq(selection.drawProviders(termsOf(5), 1, header).length, 0);
    }

    // Panels

    function test_APanelsMembersAreDistinctAndEachHasABondLocked() public {
        serveMany(6);
        bytes memory header = seal();
        Candidate[] memory drawn = selection.drawProviders(termsOf(1), 5, header);
        vm.assertEq(drawn.length, 5);
        for (uint256 i = 0; i < 5; ++i) {
            vm.assertEq(drawn[i].ask, ASK);
            vm.assertEq(staking.poolOf(drawn[i].provider).activeJobs, 1);
        }
        uint256 locked = 0;
        for (uint256 i = 0; i < 6; ++i) locked += staking.poolOf(provider(i)).locked;
        vm.assertEq(locked, 5 * BOND);
    }

    function test_APanelThatCanNotBeFilledLocksNobody() public {
        serveMany(5);
        selection.exclude(1, provider(2));
        bytes memory header = seal();
        vm.assertEq(selection.drawProviders(termsOf(1), 5, header).length, 0);
        for (uint256 i = 0; i < 5; ++i) vm.assertEq(staking.poolOf(provider(i)).activeJobs, 0);
    }

    function test_TellsWhoWasDrawn() public {
        serve(provider(0), BOND, ASK);
        bytes memory header = seal();
        address[] memory providers = new address[](1);
        providers[0] = provider(0);
        vm.expectEmit(address(selection));
        emit IProviderSelection.ProvidersDrawn(9, REQUEST_BLOCK, providers);
        selection.drawProviders(termsOf(9), 1, header);
    }

    function testFuzz_DrawsWhatThePreviewSays(uint256 jobId, uint256 count, uint256 prevrandao) public {
        serveMany(5);
        bytes memory header = BlockHeader.seal(REQUEST_BLOCK, 2, prevrandao);
        count %= 4;
        Candidate[] memory expected = selection.previewDraw(termsOf(jobId), count, header);
        Candidate[] memory drawn = selection.drawProviders(termsOf(jobId), count, header);
        vm.assertEq(keccak256(abi.encode(drawn)), keccak256(abi.encode(expected)));
        vm.assertTrue(count == 0 || drawn.length == count, "five find a panel of three");
    }

    function test_JobsOfOneBlockAreDrawnIndependently() public {
        serveMany(8);
        bytes memory header = seal();
        uint256 drawn = 0;
        for (uint256 jobId = 1; jobId <= 40; ++jobId) {
            drawn |= 1 << (uint160(drawnFor(jobId, header)) - uint160(provider(0)));
        }
        vm.assertEq(drawn, 0xFF, "forty jobs draw all eight");
    }

    function test_AnotherDrawBlockOrAnotherSeedDrawsAnew() public {
        serveMany(8);
        bytes32 first = drawsDigest(seal());
        vm.roll(REQUEST_BLOCK);
        bytes memory other = BlockHeader.seal(REQUEST_BLOCK, 2, uint256(keccak256("other")));
        vm.assertTrue(drawsDigest(other) != first);
    }
}
