// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {IProviderSelection} from "../../../contracts/interfaces/IProviderSelection.sol";
import {BlockRandomness} from "../../../contracts/libraries/BlockRandomness.sol";
import {BlockHeader} from "../../helpers/BlockHeader.sol";
import {vm} from "../../helpers/Vm.sol";

contract BlockRandomnessTest {
    using RLP for RLP.Encoder;

    uint256 private constant SEED_BLOCK = 1_000;
    address private constant HISTORY_STORAGE = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 private constant PREVRANDAO = uint256(keccak256("randao"));
    /// @dev The list's prefix (3), the fields before it and its own prefix: where mixHash begins in `BlockHeader.encode`.
    uint256 private constant MIX_HASH_OFFSET = 3 + 2 * 33 + 21 + 3 * 33 + 259 + 1 + 3 + 5 + 3 + 5 + 9 + 1;

    bytes private _header = BlockHeader.encode(SEED_BLOCK, PREVRANDAO);

    function setUp() public {
        vm.roll(SEED_BLOCK + 1);
        vm.setBlockhash(SEED_BLOCK, keccak256(_header));
        vm.setBlockhash(SEED_BLOCK - 1, keccak256(BlockHeader.encode(SEED_BLOCK - 1, PREVRANDAO)));
    }

    function read(bytes calldata header, uint256 blockNumber) external view returns (uint256) {
        return BlockRandomness.read(header, blockNumber);
    }

    function parse(bytes calldata header) external pure returns (uint256) {
        return BlockRandomness.parse(header, SEED_BLOCK);
    }

    function isForgotten(uint256 blockNumber) external view returns (bool) {
        return BlockRandomness.isForgotten(blockNumber);
    }

    function test_RefusesABlockThatIsNotOver() public {
        for (uint256 blockNumber = SEED_BLOCK; blockNumber > SEED_BLOCK - 3; --blockNumber) {
            vm.roll(blockNumber);
            vm.expectRevert(abi.encodeWithSelector(IProviderSelection.DrawTooEarly.selector, SEED_BLOCK));
            this.read(_header, SEED_BLOCK);
        }
    }

    function test_RefusesTheHeaderOfAnotherBlock() public {
        _assertMismatch(BlockHeader.encode(SEED_BLOCK - 1, PREVRANDAO));
        // Also where that is a header of this chain.
        vm.assertEq(this.read(BlockHeader.encode(SEED_BLOCK - 1, PREVRANDAO), SEED_BLOCK - 1), PREVRANDAO);
    }

    function test_RefusesAnotherMixHash() public {
        bytes memory forged = _header;
        for (uint256 i = 0; i < 32; ++i) {
            forged[MIX_HASH_OFFSET + i] ^= 0x01;
            _assertMismatch(forged);
            forged[MIX_HASH_OFFSET + i] ^= 0x01;
        }
        vm.assertEq(this.read(forged, SEED_BLOCK), PREVRANDAO);
        forged[MIX_HASH_OFFSET + 31] ^= 0x01;
        vm.assertEq(this.parse(forged), PREVRANDAO ^ 1);
    }

    function test_RefusesAHeaderThatWasCutOrExtended() public {
        _assertMismatch("");
        _assertMismatch(bytes.concat(_header, hex"00"));
        bytes memory cut = _header;
        assembly ("memory-safe") {
            mstore(cut, sub(mload(cut), 1))
        }
        _assertMismatch(cut);
    }

    function testFuzz_RefusesAnyOtherBytes(bytes calldata header) public {
        _assertMismatch(header);
    }

    function test_RefusesABlockWhoseHashIsForgotten() public {
        uint256[2] memory distances = [uint256(257), 20_000];
        for (uint256 i = 0; i < distances.length; ++i) {
            vm.roll(SEED_BLOCK + distances[i]);
            vm.assertTrue(this.isForgotten(SEED_BLOCK));
            _assertMismatch(_header);
        }
    }

    /// @dev What a contract in the history's place says when it reverts, or if it says too little, is no hash.
    function test_TakesNothingButAnAnswerForAHash() public {
        vm.roll(SEED_BLOCK + 300);
        bytes[4] memory codes = [bytes(""), hex"60206000fd", hex"601f6000f3", hex"60406000f3"];
        for (uint256 i = 0; i < codes.length; ++i) {
            vm.etch(HISTORY_STORAGE, codes[i]);
            vm.assertTrue(this.isForgotten(SEED_BLOCK));
        }
    }

    function test_RefusesAListThatIsNoHeader() public {
        RLP.Encoder memory list = _items(13);
        _assertMalformed(list.encode());
        // Item 13 is no bytes at all, then 31 and 33 of them, then a list as long as the right item.
        uint256[3] memory lengths = [uint256(0), 31, 33];
        for (uint256 i = 0; i < lengths.length; ++i) {
            _assertMalformed(_items(13).push(new bytes(lengths[i])).push(bytes32(0)).encode());
        }
        _assertMalformed(_items(13).push(RLP.encoder().push(new bytes(31))).encode());
        // A list before item 13.
        _assertMalformed(_items(5).push(_items(2)).push(bytes32(0)).encode());
        vm.assertEq(this.parse(_items(14).encode()), 13);
    }

    function test_RefusesWhatIsNoListAtAll() public {
        bytes[6] memory inputs = [bytes(""), hex"00", hex"c0", hex"f7", hex"f90200", hex"ffffffffffffffffff"];
        for (uint256 i = 0; i < inputs.length; ++i) _assertMalformed(inputs[i]);
    }

    function test_RefusesAListThatIsShorterOrLongerThanItSays() public {
        _assertMalformed(bytes.concat(_header, hex"00"));
        for (uint256 length = 0; length < _header.length; length += 7) {
            bytes memory cut = _header;
            assembly ("memory-safe") {
                mstore(cut, length)
            }
            _assertMalformed(cut);
        }
    }

    /// @dev A list of the right length whose bytes say anything: no other error, and nothing from beyond its end.
    function testFuzz_RefusesOrReadsAnyBytesThatClaimToBeAList(bytes memory payload) public view {
        if (payload.length > 0xffff) return;
        bytes memory header = abi.encodePacked(hex"f9", uint16(payload.length), payload);
        try this.parse(header) returns (uint256 value) {
            bool within = false;
            for (uint256 i = 3; i + 32 < header.length && !within; ++i) {
                bytes32 word;
                assembly ("memory-safe") {
                    word := mload(add(header, add(33, i)))
                }
                within = header[i] == 0xa0 && uint256(word) == value;
            }
            vm.assertTrue(within, "read beyond the end");
        } catch (bytes memory reason) {
            bytes4 malformed = IProviderSelection.HeaderMalformed.selector;
            vm.assertEq(reason, abi.encodeWithSelector(malformed, SEED_BLOCK));
        }
    }

    /// @dev Against a library that reads the whole list.
    function testFuzz_ReadsWhatALibraryReads(uint256 prevrandao, uint64 number) public view {
        bytes memory header = BlockHeader.encode(number, prevrandao);
        Memory.Slice[] memory items = RLP.decodeList(header);
        vm.assertEq(this.parse(header), RLP.readUint256(items[13]));
    }

    function testFuzz_ReadsTheRandomnessOfABlock(uint256 prevrandao) public {
        vm.roll(SEED_BLOCK);
        bytes memory header = BlockHeader.seal(SEED_BLOCK - 2, 2, prevrandao);
        vm.assertEq(this.read(header, SEED_BLOCK), prevrandao);
    }

    function test_ReadsTheOldestHashOfTheOpcode() public {
        vm.roll(SEED_BLOCK + 256);
        vm.setBlockhash(SEED_BLOCK, keccak256(_header));
        vm.assertEq(this.read(_header, SEED_BLOCK), PREVRANDAO);
    }

    /// @dev EIP-2935: a contract at a fixed address that keeps 8,191 hashes. This one answers as it does.
    function test_ReadsOlderHashesWhereTheChainKeepsThem() public {
        vm.roll(SEED_BLOCK + 8_191);
        vm.assertTrue(this.isForgotten(SEED_BLOCK));
        bytes memory answer = abi.encodePacked(hex"7f", keccak256(_header), hex"60005260206000f3");
        vm.etch(HISTORY_STORAGE, answer);
        vm.assertFalse(this.isForgotten(SEED_BLOCK));
        vm.assertEq(this.read(_header, SEED_BLOCK), PREVRANDAO);
    }

    function test_ABlockToComeIsNotForgotten() public view {
        vm.assertFalse(BlockRandomness.isForgotten(block.number));
        vm.assertFalse(BlockRandomness.isForgotten(block.number + 1_000_000));
    }

    function _items(uint256 count) private pure returns (RLP.Encoder memory list) {
        list = RLP.encoder();
        for (uint256 i = 0; i < count; ++i) list.push(bytes32(i));
    }

    function _assertMismatch(bytes memory header) private {
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMismatch.selector, SEED_BLOCK));
        this.read(header, SEED_BLOCK);
    }

    function _assertMalformed(bytes memory header) private {
        vm.expectRevert(abi.encodeWithSelector(IProviderSelection.HeaderMalformed.selector, SEED_BLOCK));
        this.parse(header);
    }
}
