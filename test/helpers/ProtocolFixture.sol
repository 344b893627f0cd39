// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../../contracts/interfaces/IGroth16Verifier.sol";
import {JobRequest} from "../../contracts/interfaces/IJobMarket.sol";
import {OptimisticPolicy} from "../../contracts/disputes/OptimisticPolicy.sol";
import {QuorumPolicy} from "../../contracts/disputes/QuorumPolicy.sol";
import {JobMarket} from "../../contracts/jobs/JobMarket.sol";
import {RequestDesk} from "../../contracts/jobs/RequestDesk.sol";
import {ModelRegistry} from "../../contracts/models/ModelRegistry.sol";
import {ProviderSelection} from "../../contracts/providers/ProviderSelection.sol";
import {ProviderStaking} from "../../contracts/providers/ProviderStaking.sol";
import {VerimeshToken} from "../../contracts/token/VerimeshToken.sol";
import {Policy} from "../../contracts/types/Job.sol";
import {Groth16Verifier} from "../../contracts/verifiers/Groth16Verifier.sol";
import {VerifierRegistry} from "../../contracts/verifiers/VerifierRegistry.sol";
import {BlockHeader} from "./BlockHeader.sol";
import {ForgingKey} from "./ForgingKey.sol";
import {vm} from "./Vm.sol";

/// @notice The whole protocol with one model (one output word, one input word), one staked and listed provider, a staked
/// rival that serves nothing yet, and a requester who has ETH and tokens. Proofs are real: see ForgingKey.
abstract contract ProtocolFixture {
    address internal constant ETHER = address(0);
    address internal constant ADMIN = address(0x0A11CE);
    address internal constant GUARDIAN = address(0x6A4D);
    address internal constant TREASURY = address(0x7EA5);
    address internal constant AUTHOR = address(0xA07408);
    address internal constant PROVIDER = address(0x9407);
    address internal constant RIVAL = address(0x417A1);
    address internal constant REQUESTER = address(0x4E0);

    uint256 internal constant BOND = 100 ether;
    uint256 internal constant STAKE = 1_000 ether;
    uint256 internal constant CAPACITY = 8;
    uint256 internal constant FEE = 1 ether;
    uint256 internal constant ROYALTY_BPS = 1_000;
    uint256 internal constant PROTOCOL_FEE_BPS = 250;
    uint32 internal constant DRAW_SECONDS = 600;
    uint32 internal constant ANSWER_SECONDS = 120;
    uint32 internal constant OPEN_SECONDS = 300;
    uint256 internal constant INPUT = 4242;
    uint256 internal constant OUTPUT = 7;
    bytes internal constant CID = hex"01a90212200000000000000000000000000000000000000000000000000000000000000000";

    VerimeshToken internal token;
    VerifierRegistry internal verifiers;
    ModelRegistry internal models;
    ProviderStaking internal staking;
    ProviderSelection internal selection;
    JobMarket internal market;
    QuorumPolicy internal quorumPolicy;
    OptimisticPolicy internal optimisticPolicy;
    RequestDesk internal desk;
    uint256 internal modelId;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1_000);
        token = new VerimeshToken();
        verifiers = new VerifierRegistry(ADMIN, address(new Groth16Verifier()));
        models = new ModelRegistry(address(verifiers));
        staking = new ProviderStaking(address(token), TREASURY, BOND);
        selection = new ProviderSelection(address(models), address(staking));
        market = new JobMarket(ADMIN, GUARDIAN, address(models), address(selection), PROTOCOL_FEE_BPS);
        quorumPolicy = new QuorumPolicy(address(market));
        optimisticPolicy = new OptimisticPolicy(address(market));
        desk = new RequestDesk(address(market));
        staking.setProtocolContracts(
            address(market),
            address(selection),
            address(quorumPolicy),
            address(optimisticPolicy)
        );
        selection.setProtocolContracts(address(market), address(quorumPolicy), address(optimisticPolicy));
        market.setProtocolContracts(address(quorumPolicy), address(optimisticPolicy), address(desk));

        modelId = registerModel(0);
        stakeFor(PROVIDER, STAKE);
        stakeFor(RIVAL, STAKE);
        serve(PROVIDER, ETHER, FEE);
        vm.deal(REQUESTER, 1_000 ether);
        token.transfer(REQUESTER, 1_000 ether);
    }

    function deployVerifier(uint256 signals, uint256 seed) internal returns (IGroth16Verifier) {
        bytes memory key = ForgingKey.encode(signals, seed);
        return IGroth16Verifier(verifiers.deployVerifier(verifiers.GROTH16_BN254(), key));
    }

    function registerModel(uint256 seed) internal returns (uint256) {
        address verifier = address(deployVerifier(3, seed));
        vm.prank(AUTHOR);
        return models.registerModel("adder", ROYALTY_BPS, CID, verifier, 1, 1);
    }

    /// @dev A model that nothing can prove: its answers are settled by quorum, or by a jury.
    function registerModelWithoutCircuit() internal returns (uint256) {
        vm.prank(AUTHOR);
        return models.registerModel("giant", ROYALTY_BPS, CID, address(0), 1, 1);
    }

    function stakeFor(address provider, uint256 amount) internal {
        token.transfer(provider, amount);
        vm.startPrank(provider);
        token.approve(address(staking), amount);
        staking.stake(amount);
        staking.setCapacity(CAPACITY);
        vm.stopPrank();
    }

    function serve(address provider, address paidIn, uint256 ask) internal {
        serve(provider, modelId, paidIn, ask);
    }

    /// @dev Lists a provider for version 1 of a model, for any input, in one token.
    function serve(address provider, uint256 servedModel, address paidIn, uint256 ask) internal {
        vm.startPrank(provider);
        if (!selection.listingOf(provider, servedModel, 1).listed) selection.listModel(servedModel, 1, true);
        selection.setAsk(servedModel, 1, paidIn, true, ask);
        vm.stopPrank();
    }

    function one(uint256 word) internal pure returns (uint256[] memory words) {
        words = new uint256[](1);
        words[0] = word;
    }

    function etherRequest() internal view returns (JobRequest memory) {
        return
            JobRequest({
                modelId: modelId,
                version: 1,
                policy: Policy.Proof,
                panelSize: 0,
                quorum: 0,
                token: ETHER,
                fee: FEE,
                fromBalance: false,
                drawSeconds: DRAW_SECONDS,
                answerSeconds: ANSWER_SECONDS,
                openSeconds: OPEN_SECONDS,
                windowSeconds: 0,
                callback: address(0),
                callbackGasLimit: 0,
                inputWords: one(INPUT),
                inputCid: ""
            });
    }

    function tokenRequest(address paidIn) internal view returns (JobRequest memory request) {
        request = etherRequest();
        request.token = paidIn;
    }

    function requestEther() internal returns (uint256) {
        return requestEther(etherRequest());
    }

    function requestEther(JobRequest memory request) internal returns (uint256) {
        vm.prank(REQUESTER);
        return market.requestJob{value: request.fee}(request);
    }

    /// @dev The header that draws for the job as it stands, in the first block in which it can be drawn.
    function headerFor(uint256 jobId, uint256 prevrandao) internal returns (bytes memory) {
        return BlockHeader.seal(market.jobOf(jobId).drawBlock, selection.SEED_DELAY_BLOCKS(), prevrandao);
    }

    function assign(uint256 jobId) internal {
        assign(jobId, uint256(keccak256(abi.encode("randao", jobId))));
    }

    function assign(uint256 jobId, uint256 prevrandao) internal {
        market.assignJob(jobId, headerFor(jobId, prevrandao));
    }

    function requestAndAssign() internal returns (uint256 jobId) {
        jobId = requestEther();
        assign(jobId);
    }

    function signalsOf(
        uint256 jobId,
        address provider,
        uint256 output
    ) internal view returns (uint256[] memory signals) {
        signals = new uint256[](3);
        signals[0] = output;
        signals[1] = INPUT;
        signals[2] = market.bindingOf(jobId, provider);
    }

    function proofOf(uint256 jobId, address provider) internal view returns (uint256[8] memory) {
        return ForgingKey.prove(signalsOf(jobId, provider, OUTPUT), 0);
    }

    function submit(uint256 jobId) internal {
        uint256[8] memory proof = proofOf(jobId, PROVIDER);
        vm.prank(PROVIDER);
        market.submitProof(jobId, one(INPUT), one(OUTPUT), proof);
    }

    /// @dev What the market holds equals what it owes, to the last unit.
    function assertMarketSolvent(address paidIn) internal view {
        uint256 held = paidIn == ETHER ? address(market).balance : VerimeshToken(paidIn).balanceOf(address(market));
        vm.assertEq(held, market.openEscrowOf(paidIn) + market.totalClaimableOf(paidIn), "market holdings");
    }
}
