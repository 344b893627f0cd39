// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {FeeOnTransferToken, LyingToken, ReentrantToken} from "../../../contracts/mocks/HostileTokens.sol";
import {ProtocolFixture} from "../../helpers/ProtocolFixture.sol";
import {vm} from "../../helpers/Vm.sol";

/// @notice A token whose owner makes as much of it as it likes.
contract BottomlessToken is ERC20("Bottomless", "BTM") {
    function mint(uint256 amount) external {
        _mint(msg.sender, amount);
    }
}

contract JobMarketBalancesTest is ProtocolFixture {
    function setUp() public override {
        super.setUp();
        vm.deal(address(this), 100 ether);
        token.approve(address(market), type(uint256).max);
    }

    function test_RefusesADepositOfAnotherAmountThanItSays() public {
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 1, 2));
        market.deposit{value: 1}(ETHER, 2, REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, 1, 0));
        market.deposit{value: 1}(address(token), 1, REQUESTER);
        FeeOnTransferToken feeToken = new FeeOnTransferToken();
        feeToken.approve(address(market), 100);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.TokenAmountMismatch.selector, feeToken, 99, 100));
        market.deposit(address(feeToken), 100, REQUESTER);
        LyingToken lyingToken = new LyingToken();
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.TokenAmountMismatch.selector, lyingToken, 0, 100));
        market.deposit(address(lyingToken), 100, REQUESTER);
    }

    function test_RefusesMoneyForNobodyOrForItself() public {
        address[2] memory accounts = [address(0), address(market)];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IJobMarket.RecipientInvalid.selector, accounts[i]);
            vm.expectRevert(refusal);
            market.deposit{value: 1}(ETHER, 1, accounts[i]);
            vm.expectRevert(refusal);
            market.transferBalance(accounts[i], ETHER, 0);
        }
    }

    function test_RefusesToGiveOrSpendMoreThanThereIs() public {
        market.deposit{value: FEE - 1}(ETHER, FEE - 1, address(this));
        bytes4 selector = IJobMarket.BalanceInsufficient.selector;
        bytes memory refusal = abi.encodeWithSelector(selector, address(this), ETHER, FEE - 1, FEE);
        vm.expectRevert(refusal);
        market.transferBalance(REQUESTER, ETHER, FEE);
        JobRequest memory request = etherRequest();
        request.fromBalance = true;
        vm.expectRevert(refusal);
        market.requestJob(request);
        // Nor somebody else's, nor of another token.
        vm.expectRevert(abi.encodeWithSelector(selector, REQUESTER, ETHER, 0, FEE));
        vm.prank(REQUESTER);
        market.requestJob(request);
        request.token = address(token);
        vm.expectRevert(abi.encodeWithSelector(selector, address(this), token, 0, FEE));
        market.requestJob(request);
    }

    function test_RefusesEtherForARequestFromTheBalance() public {
        market.deposit{value: FEE}(ETHER, FEE, address(this));
        JobRequest memory request = etherRequest();
        request.fromBalance = true;
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.EtherAmountMismatch.selector, FEE, 0));
        market.requestJob{value: FEE}(request);
    }

    /// @dev A token whose supply knows no bound could fill its total, so that no settlement or refund in it fits: a
    /// provider that accepted it would lose its bond for an answer that it could not deliver.
    function test_RefusesWhatAllBalancesOfATokenCanNotHold() public {
        BottomlessToken bottomless = new BottomlessToken();
        bottomless.mint(type(uint256).max);
        bottomless.approve(address(market), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.LedgerFull.selector, uint256(1) << 128, type(uint128).max));
        market.deposit(address(bottomless), uint256(1) << 128, REQUESTER);

        uint256 jobId = market.requestJob(tokenRequest(address(bottomless)));
        uint256 room = type(uint128).max - FEE;
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.LedgerFull.selector, room + 1, room));
        market.deposit(address(bottomless), room + 1, REQUESTER);
        market.deposit(address(bottomless), room, REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.LedgerFull.selector, FEE, 0));
        market.requestJob(tokenRequest(address(bottomless)));
        market.cancelJob(jobId);
        vm.assertEq(market.totalClaimableOf(address(bottomless)), type(uint128).max);
        assertMarketSolvent(address(bottomless));
    }

    function test_ATokenThatReentersWhileItIsDepositedIsRefusedEntry() public {
        ReentrantToken reentrant = new ReentrantToken();
        reentrant.approve(address(market), FEE);
        reentrant.callWhileMoving(
            address(market),
            abi.encodeCall(IJobMarket.withdraw, (address(reentrant), address(this)))
        );
        market.deposit(address(reentrant), FEE, address(reentrant));
        vm.assertFalse(reentrant.entered());
        assertMarketSolvent(address(reentrant));
    }

    function test_AnyoneFillsAnAccountThatPaysForJobs() public {
        vm.expectEmit(address(market));
        emit IJobMarket.Deposited(REQUESTER, ETHER, 2 * FEE, address(this));
        market.deposit{value: 2 * FEE}(ETHER, 2 * FEE, REQUESTER);
        JobRequest memory request = etherRequest();
        request.fromBalance = true;
        vm.prank(REQUESTER);
        uint256 jobId = market.requestJob(request);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), FEE);
        vm.assertEq(market.openEscrowOf(ETHER), FEE);
        vm.assertEq(market.totalClaimableOf(ETHER), FEE);
        assertMarketSolvent(ETHER);
        vm.prank(REQUESTER);
        market.cancelJob(jobId);
        vm.assertEq(market.claimableOf(REQUESTER, ETHER), 2 * FEE);
    }

    /// @dev What one job earned or gave back pays for the next one.
    function test_EarningsPayForRequests() public {
        uint256 jobId = requestAndAssign();
        submit(jobId);
        JobRequest memory request = etherRequest();
        (request.fromBalance, request.fee) = (true, 0.875 ether);
        vm.prank(PROVIDER);
        market.requestJob(request);
        vm.assertEq(market.claimableOf(PROVIDER, ETHER), 0);
        assertMarketSolvent(ETHER);
    }

    function test_GivesABalanceAway() public {
        market.deposit(address(token), 5, address(this));
        vm.expectEmit(address(market));
        emit IJobMarket.BalanceTransferred(address(this), REQUESTER, address(token), 3);
        market.transferBalance(REQUESTER, address(token), 3);
        vm.assertEq(market.claimableOf(address(this), address(token)), 2);
        vm.assertEq(market.claimableOf(REQUESTER, address(token)), 3);
        // To oneself: neither more nor less.
        market.transferBalance(address(this), address(token), 2);
        vm.assertEq(market.claimableOf(address(this), address(token)), 2);
        vm.assertEq(market.totalClaimableOf(address(token)), 5);
        assertMarketSolvent(address(token));
    }

    function test_AGiftOfSomebodyElsesBalanceIsRefused() public {
        market.deposit{value: FEE}(ETHER, FEE, REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IJobMarket.BalanceInsufficient.selector, address(this), ETHER, 0, 1));
        market.transferBalance(address(this), ETHER, 1);
    }
}
