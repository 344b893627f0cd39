// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IJobCallback} from "../../../contracts/interfaces/IJobCallback.sol";
import {IJobMarket, JobRequest} from "../../../contracts/interfaces/IJobMarket.sol";
import {Job, JobStatus, Policy} from "../../../contracts/types/Job.sol";

/// @notice What a desk lends by.
/// @param modelId the credit model; its version is pinned, so that nobody can change the rule of a running desk
/// @param outputOffset what the manifest says was added to make the score non-negative
/// @param minScore the lowest score that gets a credit line
/// @param creditLimit wei that a granted applicant may draw
/// @param dataOfficer vouches that an applicant's data are true
/// @param outputBits bits of the score in the output word, from the model's manifest
struct CreditTerms {
    uint256 modelId;
    uint256 version;
    uint256 outputOffset;
    int256 minScore;
    uint256 creditLimit;
    address dataOfficer;
    uint8 outputBits;
}

/// @notice `Unanswered`: the job was refunded, and its fee given back.
enum ApplicationStatus {
    None,
    Pending,
    Granted,
    Refused,
    Unanswered
}

/// @dev Slot 0: applicant (20), reclaimed (1), status (1). Then the fee and the score.
/// @param reclaimed whether the applicant has back what the answer did not cost
struct Application {
    address applicant;
    bool reclaimed;
    ApplicationStatus status;
    uint256 fee;
    int256 score;
}

/// @dev Wei.
struct CreditLine {
    uint256 limit;
    uint256 drawn;
}

/// @title Credit desk
/// @notice Lends ETH by the verified answer of a credit model. A proof shows that the model gave this score for these
/// inputs; it cannot show that the inputs are true. So a data officer, who has seen the applicant's papers, signs them
/// (EIP-712: applicant, hash of the input words, nonce, deadline), and the desk asks the model about nothing else.
/// The desk decides by final answers alone, and asks under a policy that has no others. It is the requester of every job,
/// so what an answer did not cost comes back to it; it is the applicant's, who reclaims it.
/// @dev A demonstration: a line has no interest and no due date. If a provider misses its deadline, the market credits
/// half of its bond to this contract as requester; this desk leaves that in the staking contract.
contract CreditDesk is IJobCallback, EIP712, Nonces, Ownable {
    event CreditRequested(uint256 indexed jobId, address indexed applicant, uint256 fee);
    event CreditGranted(uint256 indexed jobId, address indexed applicant, int256 score, uint256 limit);
    event CreditRefused(uint256 indexed jobId, address indexed applicant, int256 score);
    event FeeReclaimed(uint256 indexed jobId, address indexed applicant, uint256 amount);
    event CreditDrawn(address indexed applicant, uint256 amount);
    event CreditRepaid(address indexed applicant, uint256 amount);

    error CallerNotMarket(address caller);
    error AnswerNotFinal(uint256 jobId);
    error ApplicationNotPending(uint256 jobId, ApplicationStatus status);
    error CreditDataExpired(uint256 deadline);
    error CreditDataNotSigned(address applicant, bytes32 inputHash);
    error ApplicationUnknown(uint256 jobId);
    error JobNotEnded(uint256 jobId, JobStatus status);
    /// @notice The answer cost the whole fee, or the rest was reclaimed.
    error NothingToReclaim(uint256 jobId);
    error CreditLimitExceeded(address applicant, uint256 available, uint256 needed);
    error DeskLiquidityInsufficient(uint256 available, uint256 needed);
    error RepaymentTooLarge(uint256 amount, uint256 drawn);

    bytes32 public constant CREDIT_DATA_TYPEHASH = keccak256(
        "CreditData(address applicant,bytes32 inputHash,uint256 nonce,uint256 deadline)"
    );
    uint32 public constant DRAW_SECONDS = 15 minutes;
    uint32 public constant ANSWER_SECONDS = 15 minutes;
    uint32 public constant OPEN_SECONDS = 10 minutes;
    /// @notice Enough for `onFinalized` and its events.
    uint32 public constant CALLBACK_GAS = 120_000;
    address private constant ETHER = address(0);

    IJobMarket public immutable market;

    CreditTerms private _terms;
    mapping(uint256 jobId => Application) private _applications;
    mapping(address applicant => CreditLine) private _lines;
    /// @notice Wei that came back from the market and is held for applicants who have not reclaimed theirs yet.
    uint256 public reservedFees;

    constructor(IJobMarket market_, CreditTerms memory terms_) payable EIP712("CreditDesk", "1") Ownable(msg.sender) {
        market = market_;
        _terms = terms_;
    }

    /// @notice The lender's money, and what the market gives back.
    receive() external payable {}

    /// @notice Asks the model about the caller. What is sent is the most that the answer may cost.
    /// @param inputWords the applicant's data, packed as the model's manifest says
    /// @param deadline until when the officer's signature holds, in seconds
    /// @param signature the data officer's signature over CreditData
    function applyForCredit(
        uint256[] calldata inputWords,
        uint256 deadline,
        bytes calldata signature
    ) external payable returns (uint256 jobId) {
        _useSignedData(keccak256(abi.encodePacked(inputWords)), deadline, signature);
        jobId = market.requestJob{value: msg.value}(
            JobRequest({
                modelId: _terms.modelId,
                version: _terms.version,
                policy: Policy.Proof,
                panelSize: 0,
                quorum: 0,
                token: ETHER,
                fee: msg.value,
                fromBalance: false,
                drawSeconds: DRAW_SECONDS,
                answerSeconds: ANSWER_SECONDS,
                openSeconds: OPEN_SECONDS,
                windowSeconds: 0,
                callback: address(this),
                callbackGasLimit: CALLBACK_GAS,
                inputWords: inputWords,
                inputCid: ""
            })
        );
        // The market calls back in a later transaction at the earliest: nobody is drawn for the job yet.
        _applications[jobId] = Application(msg.sender, false, ApplicationStatus.Pending, msg.value, 0);
        emit CreditRequested(jobId, msg.sender, msg.value);
    }

    /// @inheritdoc IJobCallback
    /// @dev Money is not lent on an answer that may yet fall.
    function onResult(uint256 jobId, uint256[] calldata) external pure {
        revert AnswerNotFinal(jobId);
    }

    /// @inheritdoc IJobCallback
    /// @dev Anyone can request a job that names this contract as its callback: only the desk's own jobs are pending.
    function onFinalized(uint256 jobId, uint256[] calldata outputWords) external {
        if (msg.sender != address(market)) revert CallerNotMarket(msg.sender);
        Application storage application = _applications[jobId];
        if (application.status != ApplicationStatus.Pending) revert ApplicationNotPending(jobId, application.status);

        int256 score = _scoreOf(outputWords[0]);
        application.score = score;
        if (score >= _terms.minScore) {
            application.status = ApplicationStatus.Granted;
            _lines[application.applicant].limit = _terms.creditLimit;
            emit CreditGranted(jobId, application.applicant, score, _terms.creditLimit);
        } else {
            application.status = ApplicationStatus.Refused;
            emit CreditRefused(jobId, application.applicant, score);
        }
    }

    /// @notice Gives the applicant back what its job did not cost: the whole fee if nobody answered, else what the
    /// provider did not ask for. Anyone may call it, once the job has ended.
    function reclaim(uint256 jobId) external {
        Application storage application = _applications[jobId];
        if (application.applicant == address(0)) revert ApplicationUnknown(jobId);
        Job memory job = market.jobOf(jobId);
        bool refunded = job.status == JobStatus.Refunded;
        if (!refunded && job.status != JobStatus.Settled) revert JobNotEnded(jobId, job.status);
        uint256 amount = refunded ? job.fee : job.fee - job.price;
        if (application.reclaimed || amount == 0) revert NothingToReclaim(jobId);

        application.reclaimed = true;
        if (refunded) application.status = ApplicationStatus.Unanswered;
        emit FeeReclaimed(jobId, application.applicant, amount);
        // A withdrawal brings what all ended jobs left at once; the others' part is kept for them.
        if (market.claimableOf(address(this), ETHER) != 0) reservedFees += market.withdraw(ETHER, address(this));
        reservedFees -= amount;
        Address.sendValue(payable(application.applicant), amount);
    }

    /// @notice Draws ETH on the caller's credit line.
    function draw(uint256 amount) external {
        CreditLine storage line = _lines[msg.sender];
        uint256 available = line.limit - line.drawn;
        if (amount > available) revert CreditLimitExceeded(msg.sender, available, amount);
        line.drawn += amount;
        emit CreditDrawn(msg.sender, amount);
        _payFromLiquidity(msg.sender, amount);
    }

    /// @notice Pays back what the caller drew.
    function repay() external payable {
        CreditLine storage line = _lines[msg.sender];
        if (msg.value > line.drawn) revert RepaymentTooLarge(msg.value, line.drawn);
        line.drawn -= msg.value;
        emit CreditRepaid(msg.sender, msg.value);
    }

    /// @notice Takes the lender's money out, but no applicant's fee. Owner only.
    function withdrawLiquidity(address to, uint256 amount) external onlyOwner {
        _payFromLiquidity(to, amount);
    }

    function terms() external view returns (CreditTerms memory) {
        return _terms;
    }

    function applicationOf(uint256 jobId) external view returns (Application memory) {
        return _applications[jobId];
    }

    function lineOf(address applicant) external view returns (CreditLine memory) {
        return _lines[applicant];
    }

    /// @notice Wei that can be drawn or withdrawn.
    function liquidity() public view returns (uint256) {
        return address(this).balance - reservedFees;
    }

    function _useSignedData(bytes32 inputHash, uint256 deadline, bytes calldata signature) private {
        if (block.timestamp > deadline) revert CreditDataExpired(deadline);
        bytes32 structHash = keccak256(
            abi.encode(CREDIT_DATA_TYPEHASH, msg.sender, inputHash, _useNonce(msg.sender), deadline)
        );
        if (!SignatureChecker.isValidSignatureNow(_terms.dataOfficer, _hashTypedDataV4(structHash), signature)) {
            revert CreditDataNotSigned(msg.sender, inputHash);
        }
    }

    /// @dev The manifest's output encoding: the lowest `outputBits` bits are the score plus `outputOffset`.
    function _scoreOf(uint256 word) private view returns (int256) {
        uint256 packed = word & ((uint256(1) << _terms.outputBits) - 1);
        return int256(packed) - int256(_terms.outputOffset);
    }

    function _payFromLiquidity(address to, uint256 amount) private {
        uint256 available = liquidity();
        if (amount > available) revert DeskLiquidityInsufficient(available, amount);
        Address.sendValue(payable(to), amount);
    }
}
