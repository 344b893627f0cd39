// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Candidate, DrawTerms} from "../../../contracts/interfaces/IProviderSelection.sol";
import {ModelRegistry} from "../../../contracts/models/ModelRegistry.sol";
import {ProviderSelection} from "../../../contracts/providers/ProviderSelection.sol";
import {ProviderStaking} from "../../../contracts/providers/ProviderStaking.sol";
import {VerimeshToken} from "../../../contracts/token/VerimeshToken.sol";
import {Groth16Verifier} from "../../../contracts/verifiers/Groth16Verifier.sol";
import {VerifierRegistry} from "../../../contracts/verifiers/VerifierRegistry.sol";
import {BlockHeader} from "../../helpers/BlockHeader.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice Selection on the real registry and the real staking, with the test as the market: it draws, excludes, counts
/// declines and slashes. What the market does with a draw is tested where the market is.
abstract contract ProviderSelectionFixture {
    address internal constant ETHER = address(0);
    address internal constant AUTHOR = address(0xA07408);
    address internal constant QUORUM_POLICY = address(0x90);
    address internal constant OPTIMISTIC_POLICY = address(0x09);
    address internal constant STRANGER = address(0x57A6);

    uint256 internal constant BOND = 100 ether;
    uint256 internal constant ASK = 0.1 ether;
    uint256 internal constant MAX_ASK = 1 ether;
    uint256 internal constant CAPACITY = 4;
    uint256 internal constant ANSWER_SECONDS = 120;
    uint256 internal constant REQUEST_BLOCK = 1_000;
    bytes internal constant CID = hex"01a90212200000000000000000000000000000000000000000000000000000000000000000";

    VerimeshToken internal token;
    ModelRegistry internal models;
    ProviderStaking internal staking;
    ProviderSelection internal selection;
    uint256 internal modelId;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(500);
        token = new VerimeshToken();
        models = new ModelRegistry(address(new VerifierRegistry(address(this), address(new Groth16Verifier()))));
        staking = new ProviderStaking(address(token), address(0x7EA5), BOND);
        selection = new ProviderSelection(address(models), address(staking));
        staking.setProtocolContracts(address(this), address(selection), QUORUM_POLICY, OPTIMISTIC_POLICY);
        selection.setProtocolContracts(address(this), QUORUM_POLICY, OPTIMISTIC_POLICY);
        vm.prank(AUTHOR);
        modelId = models.registerModel("giant", 0, CID, address(0), 1, 1);
    }

    function provider(uint256 index) internal pure returns (address) {
        return address(uint160(0x9407_0000 + index));
    }

    function stakeFor(address account, uint256 amount) internal {
        token.transfer(account, amount);
        vm.startPrank(account);
        token.approve(address(staking), amount);
        staking.stake(amount);
        staking.setCapacity(CAPACITY);
        vm.stopPrank();
    }

    function listFor(address account, bool acceptsOffChain) internal {
        vm.prank(account);
        selection.listModel(modelId, 1, acceptsOffChain);
    }

    function unlistFor(address account) internal {
        vm.prank(account);
        selection.unlistModel(modelId, 1);
    }

    function askFor(address account, bool accepted, uint256 ask) internal {
        vm.prank(account);
        selection.setAsk(modelId, 1, ETHER, accepted, ask);
    }

    /// @dev A provider that serves version 1, for any input.
    function serve(address account, uint256 stake, uint256 ask) internal {
        stakeFor(account, stake);
        listFor(account, true);
        askFor(account, true, ask);
    }

    /// @dev Providers 0 to count - 1, each with the stake of one bond and ten units a place more.
    function serveMany(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) serve(provider(i), BOND + i * 10 ether, ASK);
    }

    function termsOf(uint256 jobId) internal view returns (DrawTerms memory) {
        return
            DrawTerms({
                jobId: jobId,
                modelId: modelId,
                version: 1,
                token: ETHER,
                maxAsk: MAX_ASK,
                drawBlock: REQUEST_BLOCK,
                inputOffChain: false,
                answerSeconds: ANSWER_SECONDS
            });
    }

    /// @dev Moves to the first block in which draws of REQUEST_BLOCK can be made.
    function seal() internal returns (bytes memory header) {
        return BlockHeader.seal(REQUEST_BLOCK, selection.SEED_DELAY_BLOCKS(), uint256(keccak256("randao")));
    }

    function drawnFor(uint256 jobId, bytes memory header) internal view returns (address) {
        return drawnFor(termsOf(jobId), header).provider;
    }

    /// @dev Whom a draw of one would take; nobody if none is found.
    function drawnFor(DrawTerms memory terms, bytes memory header) internal view returns (Candidate memory nobody) {
        Candidate[] memory drawn = selection.previewDraw(terms, 1, header);
        return drawn.length == 0 ? nobody : drawn[0];
    }

    /// @dev How often a provider is drawn for jobs 1 to `draws`.
    function timesDrawn(address account, uint256 draws, bytes memory header) internal view returns (uint256 times) {
        for (uint256 jobId = 1; jobId <= draws; ++jobId) {
            if (drawnFor(jobId, header) == account) ++times;
        }
    }

    /// @dev All that jobs 1 to 40 draw, panels of one and of three.
    function drawsDigest(bytes memory header) internal view returns (bytes32 digest) {
        for (uint256 jobId = 1; jobId <= 40; ++jobId) {
            Candidate[] memory drawn = selection.previewDraw(termsOf(jobId), jobId % 2 == 0 ? 1 : 3, header);
            vm.assertTrue(drawn.length > 0, "nobody drawn");
            digest = keccak256(abi.encode(digest, drawn));
        }
    }
}
