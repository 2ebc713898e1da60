// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/interfaces/IERC721Metadata.sol";

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleToken: how titles look to those who read ERC-721.
contract TitleTokenTest is Titles {
    IERC721Metadata private token;

    function setUp() external {
        _makeTitles();
        token = IERC721Metadata(address(titles));
    }

    function _unsupported(bytes memory data) private {
        bytes memory want =
            abi.encodeWithSelector(ITitleRegistry.TitleRegistry_Unsupported.selector);
        _refusesAs(vm.addr(BANK), data, want);
        _refusesAs(address(uint160(uint256(bank))), data, want);
    }

    function test_ownerOf_whenHeldSurrenderedAndClosed_thenTheHolderTheCarrierNobody() external {
        _issue(bank, bank);
        _same("the holder", token.ownerOf(uint256(title)), address(uint160(uint256(bank))));
        _does(BANK, _wish(ITitleRegistry.Action.SurrenderForDelivery));
        _same("the carrier", token.ownerOf(uint256(title)), address(uint160(uint256(carrier))));
        _does(CARRIER, _wish(ITitleRegistry.Action.AcceptSurrender));
        _same("nobody", token.ownerOf(uint256(title)), NOBODY);
    }

    function test_ownerOf_whenThereIsNone_thenRefusedInTheWordsThatVerifiersKnow() external {
        _refusesAs(
            STRANGER,
            abi.encodeCall(IERC721.ownerOf, (uint256(bytes32("none")))),
            abi.encodeWithSignature(
                "Error(string)", "ERC721: owner query for nonexistent token"
            )
        );
    }

    function test_tokenURI_whenThereIsATitle_thenCommitmentAndState() external {
        vm.prank(vm.addr(CARRIER));
        title = titles.issue(
            ITitleRegistry.Issue(
                "tag", 0, bytes32(uint256(0xc0ffee)), bank, bank, bytes32(0)
            )
        );
        _does(BANK, _wish(ITitleRegistry.Action.SurrenderForDelivery));
        bytes memory want = bytes.concat(
            'data:application/json;charset=utf-8,{"name":"Title ',
            _hex(title),
            '","description":"Control of an electronic bill of lading","attributes":[',
            '{"trait_type":"commitment","value":"',
            _hex(bytes32(uint256(0xc0ffee))),
            '"},{"trait_type":"state","value":5}]}'
        );
        _same("the text", bytes(token.tokenURI(uint256(title))), want);
    }

    function _hex(bytes32 value) private pure returns (bytes memory text) {
        text = new bytes(66);
        (text[0], text[1]) = ("0", "x");
        for (uint256 i = 0; i < 64; ++i) {
            text[i + 2] = bytes16("0123456789abcdef")[(uint256(value) >> (252 - 4 * i)) & 15];
        }
    }

    function test_tokenURI_whenThereIsNone_thenRefused() external {
        _refusesAs(
            STRANGER,
            abi.encodeCall(IERC721Metadata.tokenURI, (uint256(bytes32("none")))),
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_NoTitle.selector, bytes32("none")
            )
        );
    }

    function test_whatMovesOrCounts_whenAnyoneAsks_thenUnsupported() external {
        _issue(bank, bank);
        address from = address(uint160(uint256(bank)));
        uint256 id = uint256(title);
        _unsupported(
            abi.encodeWithSignature(
                "safeTransferFrom(address,address,uint256)", from, STRANGER, id
            )
        );
        _unsupported(
            abi.encodeWithSignature(
                "safeTransferFrom(address,address,uint256,bytes)", from, STRANGER, id, ""
            )
        );
        _unsupported(abi.encodeCall(IERC721.transferFrom, (from, STRANGER, id)));
        _unsupported(abi.encodeCall(IERC721.approve, (STRANGER, id)));
        _unsupported(abi.encodeCall(IERC721.setApprovalForAll, (STRANGER, true)));
        _unsupported(abi.encodeCall(IERC721.balanceOf, (from)));
    }

    function test_approvals_whenAsked_thenNone() external {
        _issue(bank, bank);
        _same("nobody", token.getApproved(uint256(title)), address(0));
        _no("nobody", token.isApprovedForAll(address(uint160(uint256(bank))), STRANGER));
    }

    function test_getApproved_whenThereIsNone_thenRefused() external {
        _refusesAs(
            STRANGER,
            abi.encodeCall(IERC721.getApproved, (uint256(bytes32("none")))),
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_NoTitle.selector, bytes32("none")
            )
        );
    }

    function test_names_whenAsked_thenThese() external view {
        _same("the name", bytes(token.name()), "Corridor Ledger titles");
        _same("the symbol", bytes(token.symbol()), "TITLE");
    }

    function test_supportsInterface_whenAsked_thenErc721WithMetadata() external view {
        _yes("ERC-165", token.supportsInterface(type(IERC165).interfaceId));
        _yes("ERC-721", token.supportsInterface(type(IERC721).interfaceId));
        _yes("its metadata", token.supportsInterface(type(IERC721Metadata).interfaceId));
        _no("nothing", token.supportsInterface(0xffffffff));
        _no("enumerable", token.supportsInterface(0x780e9d63));
        bytes4[6] memory beside =
            [bytes4(0), 0x01ffc9a8, 0x5b5e139e, 0x5b5e13a0, 0x80ac58cc, 0x80ac58ce];
        for (uint256 i = 0; i < beside.length; ++i) {
            _no("another", token.supportsInterface(beside[i]));
        }
    }
}
