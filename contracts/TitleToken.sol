// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/interfaces/IERC721Metadata.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {ITitleRegistry} from "./interfaces/ITitleRegistry.sol";

/// @title TitleToken
/// @author The maintainers of Corridor Ledger
/// @notice How titles look to those who read ERC-721: explorers, and TradeTrust's verifier.
/// @dev `ownerOf` gives the low 20 bytes of the holder's party id, which is nobody's address, and 0x…dEaD once
/// a title is closed. No address can move a title: what ERC-721 has for that reverts.
abstract contract TitleToken is IERC721Metadata, ITitleRegistry {
    /// @notice Who has a closed title: the address that TradeTrust takes for "surrendered".
    address internal constant _NOBODY = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc IERC721
    function safeTransferFrom(address, address, uint256) external pure {
        revert TitleRegistry_Unsupported();
    }

    /// @inheritdoc IERC721
    function safeTransferFrom(address, address, uint256, bytes calldata) external pure {
        revert TitleRegistry_Unsupported();
    }

    /// @inheritdoc IERC721
    function transferFrom(address, address, uint256) external pure {
        revert TitleRegistry_Unsupported();
    }

    /// @inheritdoc IERC721
    function approve(address, uint256) external pure {
        revert TitleRegistry_Unsupported();
    }

    /// @inheritdoc IERC721
    function setApprovalForAll(address, bool) external pure {
        revert TitleRegistry_Unsupported();
    }

    /// @inheritdoc IERC721
    function ownerOf(uint256 tokenId) external view returns (address) {
        bytes32 title = bytes32(tokenId);
        (State state, bytes32 holder) = _standing(title);
        // TradeTrust's verifier knows a title that was never issued by this very text.
        // solhint-disable-next-line gas-custom-errors
        require(state != State.None, "ERC721: owner query for nonexistent token");
        return _ownerAddress(holder);
    }

    /// @inheritdoc IERC721Metadata
    function tokenURI(uint256 tokenId) external view returns (string memory) {
        bytes32 title = bytes32(tokenId);
        State state = _requireIssued(title);
        return string.concat(
            'data:application/json;charset=utf-8,{"name":"Title ',
            Strings.toHexString(tokenId, 32),
            '","description":"Control of an electronic bill of lading","attributes":[',
            '{"trait_type":"commitment","value":"',
            Strings.toHexString(uint256(_commitmentOf(title)), 32),
            '"},{"trait_type":"state","value":',
            Strings.toString(uint256(state)),
            "}]}"
        );
    }

    /// @inheritdoc IERC721
    function balanceOf(address) external pure returns (uint256) {
        revert TitleRegistry_Unsupported();
    }

    /// @inheritdoc IERC721
    function getApproved(uint256 tokenId) external view returns (address) {
        _requireIssued(bytes32(tokenId));
        return address(0);
    }

    /// @inheritdoc IERC721
    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IERC721Metadata
    function name() external pure returns (string memory) {
        return "Corridor Ledger titles";
    }

    /// @inheritdoc IERC721Metadata
    function symbol() external pure returns (string memory) {
        return "TITLE";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC721).interfaceId
            || interfaceId == type(IERC721Metadata).interfaceId
            || interfaceId == type(IERC165).interfaceId;
    }

    /// @notice Returns where a title stands.
    /// @param title The title.
    /// @return state `None` if there is none.
    /// @return holder The holder, or zero.
    function _standing(bytes32 title) internal view virtual returns (State state, bytes32 holder);

    /// @notice Returns the commitment of a title.
    /// @param title The title.
    /// @return The commitment, or zero.
    function _commitmentOf(bytes32 title) internal view virtual returns (bytes32);

    /// @notice Reverts unless a title was issued.
    /// @param title The title.
    /// @return state Where it stands.
    function _requireIssued(bytes32 title) private view returns (State state) {
        (state,) = _standing(title);
        if (state == State.None) revert TitleRegistry_NoTitle(title);
    }

    /// @notice Returns what ERC-721 sees as the owner.
    /// @param holder The holder of a title that was issued, or zero once it is closed.
    /// @return The low 20 bytes of its id.
    function _ownerAddress(bytes32 holder) internal pure returns (address) {
        return holder == 0 ? _NOBODY : address(uint160(uint256(holder)));
    }
}
