// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {Logs} from "./support/Logs.sol";

/// @notice DocumentLog: asking in public for a statement to be logged.
contract DocumentLogRequestTest is Logs {
    address private signer;

    function setUp() external {
        _makeLog();
        party = _enrol("Example Carrier", SIGNER, MANAGER);
        signer = vm.addr(SIGNER);
    }

    function _asks(bytes memory statement) private {
        _listen(address(log));
        vm.prank(signer);
        log.request(statement);
        bytes32 digest = sha256(statement);
        _heardOnly(
            3, abi.encode(IDocumentLog.Requested.selector, party, signer, digest, statement)
        );
    }

    function test_request_whenASignKeyAsks_thenItIsSaid() external {
        _asks("{}");
        _asks("x");
        _asks(new bytes(4096));
    }

    function test_request_whenStatementIsEmptyOrTooLong_thenRefused() external {
        uint256[2] memory lengths = [uint256(0), 4097];
        for (uint256 i = 0; i < lengths.length; ++i) {
            _refusesAs(
                signer,
                abi.encodeCall(IDocumentLog.request, (new bytes(lengths[i]))),
                abi.encodeWithSelector(IDocumentLog.DocumentLog_BadStatement.selector, lengths[i])
            );
        }
    }

    function test_request_whenCallerIsNoSignKeyInForce_thenRefused() external {
        bytes memory data = abi.encodeCall(IDocumentLog.request, (bytes("{}")));
        address[3] memory others = [vm.addr(MANAGER), STRANGER, SEQUENCER];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(
                others[i],
                data,
                abi.encodeWithSelector(IDocumentLog.DocumentLog_NotSigner.selector, others[i])
            );
        }
        _compromise(SIGNER, _now());
        _refusesAs(
            signer,
            data,
            abi.encodeWithSelector(IDocumentLog.DocumentLog_NotSigner.selector, signer)
        );
    }

    function test_request_whenFrozen_thenRefused() external {
        _freeze();
        _refusesAs(
            signer,
            abi.encodeCall(IDocumentLog.request, (bytes("{}"))),
            abi.encodeWithSelector(IDocumentLog.DocumentLog_Frozen.selector)
        );
    }
}
