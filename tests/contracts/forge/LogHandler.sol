// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DocumentLog} from "../../../contracts/DocumentLog.sol";
import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {ILedgerLens} from "../../../contracts/interfaces/ILedgerLens.sol";
import {Ground} from "./fuzz/Ground.sol";
import {Tree} from "./support/Tree.sol";

/// @notice A sequencer, honest and not, a guardian, and parties that ask. The handler keeps all leaves, makes
/// roots and proofs from them, and offers the log honest heads and every kind of lie about history. After a
/// freeze it goes on with the successor.
contract LogHandler is Ground {
    /// @notice What is wrong with an offered head.
    enum Lie {
        Forged,
        Prepended,
        Inserted,
        Removed,
        Reordered,
        Altered,
        Truncated,
        TruncatedAsLonger,
        HashDropped,
        HashAdded,
        HashesSwapped,
        HashChanged,
        Stale,
        NotGrowing,
        TooLarge,
        AnchoredBefore,
        NotSequencer
    }

    /// @notice A head that was anchored, as it has to stay.
    struct Head {
        IDocumentLog log;
        bytes32 root;
        IDocumentLog.HeadRecord record;
    }

    uint256 private constant _LIES = uint256(type(Lie).max) + 1;
    uint64 private constant _LIMIT = 2 ** 53;

    IDocumentLog private _log;
    ILedgerLens private _lens;
    address private _sequencer = address(0x5E9);
    address private _guardian = address(0x6A4D);
    address private _proposed;
    bool private _frozen;

    bytes32[] private _leaves;
    uint64 private _size;
    bytes32 private _root;
    Head[] private _heads;
    /// @dev The first head of the present log.
    uint256 private _firstHead;
    bytes32[17] private _lieNames;

    error Undone(bool accepted, bool foreignIncluded);

    constructor() {
        _found();
        _lens = ILedgerLens(_begin("LedgerLens.sol:LedgerLens", ""));
        _log = _newLog();
        _nameAll();
        for (uint256 i = 0; i < 3; ++i) {
            _register(2);
        }
    }

    // ---------------------------------------------------------------- what Forge calls

    /// @notice The sequencer anchors what it has to.
    function anchor(uint256 seed) external step(seed) {
        (bytes32[] memory leaves, bytes32[] memory proof) = _grown();
        bytes memory data = abi.encodeCall(
            IDocumentLog.anchor, (_size, uint64(leaves.length), Tree.root(leaves), proof)
        );
        _offer("anchor", data, !_frozen, leaves);
    }

    /// @notice The sequencer sends the current head again, with whatever around it.
    function anchorAgain(uint256 seed) external step(seed) {
        if (_size == 0) return;
        bytes32[] memory proof = new bytes32[](_dice(3));
        bytes32 head = heads[address(_log)];
        bytes memory data =
            abi.encodeCall(IDocumentLog.anchor, (uint64(_dice(100)), _size, _root, proof));
        bool accepted = _call(address(_log), _sequencer, data);
        _settle("anchor again", !_frozen, accepted);
        _hold(heads[address(_log)] == head, "the current head again changes nothing");
    }

    /// @notice Somebody offers a history that is not the log's.
    function lie(uint256 seed) external step(seed) {
        if (_size == 0) return _lieFirst();
        Lie kind = Lie(_dice(_LIES));
        (bytes32[] memory leaves, bytes32[] memory proof) = _grown();
        (uint64 old, uint64 size, bytes32 root) = (_size, uint64(leaves.length), Tree.root(leaves));
        address by = _sequencer;
        if (kind <= Lie.Altered) {
            bytes32[] memory other = _otherHistory(kind, leaves);
            root = kind == Lie.Forged ? _word() : Tree.root(other);
            size = uint64(other.length);
            if (kind != Lie.Forged && size > old && _dice(2) == 0) proof = Tree.proof(other, old, size);
        } else if (kind == Lie.Truncated) {
            size = uint64(1 + _dice(old));
            root = Tree.root(leaves, 0, size);
            if (size == old) root = _word();
        } else if (kind == Lie.TruncatedAsLonger) {
            if (old == 1) return;
            root = Tree.root(leaves, 0, 1 + _dice(old - 1));
        } else if (kind <= Lie.HashChanged) {
            proof = _spoilt(kind, proof);
            if (proof.length == 0) return;
        } else if (kind == Lie.Stale) {
            old = _dice(2) == 0 ? old - 1 : old + 1;
        } else if (kind == Lie.NotGrowing) {
            size = old - uint64(_dice(old));
        } else if (kind == Lie.TooLarge) {
            size = _LIMIT + uint64(_dice(2)) * uint64(_dice(1000));
        } else if (kind == Lie.AnchoredBefore) {
            root = _heads[_firstHead + _dice(_heads.length - _firstHead)].root;
        } else {
            by = _dice(2) == 0 ? _guardian : _anyone();
            // The sequencer may be anybody, a key of a party too.
            if (by == _sequencer) return;
        }
        bytes memory data = abi.encodeCall(IDocumentLog.anchor, (old, size, root, proof));
        _settle(_lieNames[uint256(kind)], false, _call(address(_log), by, data));
    }

    /// @notice The sequencer is wrong about the size of an honest tree. RFC 9162 lets some of these pass,
    /// for a root does not commit to its size: counted and undone. None lets in a leaf that is not there.
    function misstateSize(uint256 seed) external step(seed) {
        if (_size == 0 || _frozen) return;
        (bytes32[] memory leaves, bytes32[] memory proof) = _grown();
        uint64 size = uint64(leaves.length);
        size = _dice(2) == 0 ? size + 1 + uint64(_dice(3)) : size - 1;
        bytes memory answer;
        (, answer) = address(this).call(
            abi.encodeCall(this.offerAndUndo, (size, leaves, proof, _word(), uint64(_dice(leaves.length))))
        );
        vm.getRecordedLogs();
        _hold(bytes4(answer) == Undone.selector, "an offer is undone");
        bytes32 accepted;
        bytes32 included;
        assembly ("memory-safe") {
            accepted := mload(add(answer, 0x24))
            included := mload(add(answer, 0x44))
        }
        _count("note size misstated", accepted != 0);
        _hold(included == 0, "a wrong size lets no foreign leaf in");
    }

    /// @notice Offers a head and undoes it; only the handler itself calls this.
    function offerAndUndo(
        uint64 size,
        bytes32[] calldata leaves,
        bytes32[] calldata proof,
        bytes32 foreign,
        uint64 index
    ) external {
        bytes32 root = Tree.root(leaves);
        vm.prank(_sequencer);
        (bool accepted,) =
            address(_log).call(abi.encodeCall(IDocumentLog.anchor, (_size, size, root, proof)));
        bytes32[] memory path = Tree.path(leaves, index, leaves.length);
        bool included = _log.verifyInclusion(foreign, index, root, path)
            || _log.verifyInclusion(foreign, size - 1, root, path);
        revert Undone(accepted, included);
    }

    /// @notice Somebody proves that a leaf is under an anchored root, or that another one is.
    function include(uint256 seed) external step(seed) {
        if (_size == 0) return;
        Head storage head = _heads[_firstHead + _dice(_heads.length - _firstHead)];
        uint256 size = head.record.size;
        bytes32[] memory leaves = _leaves;
        uint64 index = uint64(_dice(size));
        bytes32[] memory path = Tree.path(leaves, index, size);
        bytes32 leaf = leaves[index];
        _hold(_log.verifyInclusion(leaf, index, head.root, path), "an honest inclusion is believed");
        _count("verifyInclusion", true);
        bytes32 root = head.root;
        uint256 wrong = _dice(6);
        if (wrong == 0) leaf = _word();
        if (wrong == 1) root = _word();
        if (wrong == 2) path = Tree.with(path, _word());
        if (wrong == 3 && path.length > 0) path = Tree.without(path, _dice(path.length));
        else if (wrong == 3) leaf = _word();
        if (wrong == 4) index = uint64(size + _dice(5));
        if (wrong == 5 && path.length > 0) path[_dice(path.length)] = _word();
        else if (wrong == 5) leaf = _word();
        _hold(!_log.verifyInclusion(leaf, index, root, path), "a wrong inclusion is not believed");
        _count("verifyInclusion", false);
    }

    /// @notice A party asks in public, or somebody else does.
    function request(uint256 seed) external step(seed) {
        if (_dice(4) == 0) _changeSomeKey();
        address by = _dice(2) == 0 ? _anyone() : _signerOf(parties[_dice(parties.length)]);
        bytes memory statement = new bytes(_dice(6) == 0 ? _dice(2) * 4097 : 1 + _dice(200));
        for (uint256 i = 0; i < statement.length && i < 32; ++i) {
            statement[i] = bytes1(uint8(_dice(256)));
        }
        bool fits = statement.length > 0 && statement.length <= 4096;
        bool accepted = _call(address(_log), by, abi.encodeCall(IDocumentLog.request, (statement)));
        _settle("request", fits && !_frozen && _speaksFor(by) != 0, accepted);
    }

    /// @notice The guardian does its office, or somebody else tries to.
    function guard(uint256 seed) external step(seed) {
        address by = _dice(4) == 0 ? _someAddress() : _guardian;
        uint256 what = _frozen ? 3 + _dice(7) : _dice(6);
        if (what <= 1) _rotate(by);
        else if (what <= 3) _propose(by);
        else if (what == 4) _accept();
        else if (what == 5) _freeze(by);
        else _nameSuccessor(by);
    }

    // ---------------------------------------------------------------- properties

    /// @notice The log stands where the model stands.
    function checkLog(bool all) external view {
        _hold(_log.root() == _root && _log.size() == _size, "the log is the tree of all leaves");
        _hold(_size == _leaves.length, "the log never shrinks");
        if (all && _size > 0) _hold(_root == Tree.root(_leaves), "the log is the tree of all leaves");
        _hold(_log.sequencer() == _sequencer, "only the guardian rotates the sequencer");
        _hold(_log.guardian() == _guardian, "only the guardian hands its office over");
        _hold(_log.proposedGuardian() == _proposed, "only the guardian proposes");
        _hold(_log.frozen() == _frozen, "only the guardian freezes, and for ever");
        _hold(_sequencer != _guardian, "sequencer and guardian are two keys");
    }

    /// @notice No head that was anchored ever changes, in whatever log; and each begins where one ended.
    function checkHistory(bool all) external view {
        (uint256 first, uint256 stride) = _stride(all);
        for (uint256 i = first; i < _heads.length; i += stride) {
            Head storage head = _heads[i];
            _hold(
                keccak256(abi.encode(head.log.record(head.root))) == keccak256(abi.encode(head.record)),
                "a recorded head never changes"
            );
            if (i == 0 || address(_heads[i - 1].log) != address(head.log)) {
                _hold(head.record.previousSize == 0, "heads are without gaps");
            } else {
                _hold(head.record.previousSize == _heads[i - 1].record.size, "heads are without gaps");
            }
        }
    }

    /// @notice The lens says what the log says.
    function checkLens() external view {
        ILedgerLens.Query memory query;
        (query.log, query.registry) = (address(_log), address(registry));
        query.receipts = new ILedgerLens.ReceiptQuery[](1);
        query.receipts[0].root = _root;
        query.receipts[0].signer = signers[clock % signers.length];
        ILedgerLens.Answer memory answer = _lens.lookup(query);
        _hold(answer.logSize == _size && answer.logRoot == _root, "the lens repeats the head");
        _hold(answer.frozen == _frozen, "the lens repeats the freeze");
        _hold(answer.logRegistry == address(registry), "the lens repeats the registry");
        _hold(answer.receipts[0].head.size == _size, "the lens repeats the record");
        _hold(
            answer.receipts[0].key.party == members[query.receipts[0].signer].party,
            "the lens repeats the key"
        );
    }

    // ---------------------------------------------------------------- heads

    /// @notice Returns the leaves with some more, and the proof that the log needs for them.
    function _grown() private returns (bytes32[] memory leaves, bytes32[] memory proof) {
        leaves = new bytes32[](_size + 1 + _dice(_dice(4) == 0 ? 30 : 4));
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = i < _size ? _leaves[i] : _word();
        }
        if (_size > 0) proof = Tree.proof(leaves, _size, leaves.length);
    }

    /// @notice Offers an honest head, and keeps it if it is taken.
    function _offer(bytes32 name, bytes memory data, bool expected, bytes32[] memory leaves) private {
        bool accepted = _call(address(_log), _sequencer, data);
        _settle(name, expected, accepted);
        if (!accepted) return;
        for (uint256 i = _size; i < leaves.length; ++i) {
            _leaves.push(leaves[i]);
        }
        IDocumentLog.HeadRecord memory record =
            IDocumentLog.HeadRecord(_size, uint64(leaves.length), clock, height);
        (_size, _root) = (uint64(leaves.length), Tree.root(leaves));
        _heads.push(Head(_log, _root, record));
    }

    /// @notice Offers a first head that continues something.
    function _lieFirst() private {
        bytes32[] memory proof = new bytes32[](1 + _dice(3));
        proof[0] = _word();
        bytes memory data =
            abi.encodeCall(IDocumentLog.anchor, (0, uint64(1 + _dice(9)), _word(), proof));
        _settle("note lie on the first head", false, _call(address(_log), _sequencer, data));
    }

    /// @notice Returns a history that is not the log's, and as long as or longer than the log.
    function _otherHistory(Lie kind, bytes32[] memory leaves)
        private
        returns (bytes32[] memory other)
    {
        other = leaves;
        if (kind == Lie.Prepended) other = _withAt(leaves, 0);
        if (kind == Lie.Inserted) other = _withAt(leaves, _dice(_size));
        if (kind == Lie.Removed) other = Tree.without(leaves, _dice(_size));
        if (kind == Lie.Altered) other[_dice(_size)] = _word();
        if (kind == Lie.Reordered) {
            uint256 first = _dice(_size);
            uint256 second = (first + 1 + _dice(leaves.length - 1)) % leaves.length;
            (other[first], other[second]) = (other[second], other[first]);
        }
    }

    /// @notice Returns a proof that is wrong in one place; none if there is no such place.
    function _spoilt(Lie kind, bytes32[] memory proof) private returns (bytes32[] memory) {
        uint256 count = proof.length;
        if (kind == Lie.HashDropped && count > 1) return Tree.without(proof, _dice(count));
        if (kind == Lie.HashAdded) return _withAt(proof, _dice(count + 1));
        if (kind == Lie.HashChanged && count > 0) proof[_dice(count)] = _word();
        else if (kind == Lie.HashesSwapped && count > 1) {
            uint256 first = _dice(count);
            uint256 second = (first + 1 + _dice(count - 1)) % count;
            (proof[first], proof[second]) = (proof[second], proof[first]);
        } else {
            return new bytes32[](0);
        }
        return proof;
    }

    function _withAt(bytes32[] memory list, uint256 place) private returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < longer.length; ++i) {
            if (i == place) longer[i] = _word();
            else longer[i] = list[i < place ? i : i - 1];
        }
    }

    // ---------------------------------------------------------------- the guardian's office

    function _rotate(address by) private {
        address next = _dice(2) == 0 ? _someAddress() : _newKey();
        bool expected = by == _guardian && !_frozen && next != address(0) && next != _guardian;
        bool accepted = _call(address(_log), by, abi.encodeCall(IDocumentLog.rotateSequencer, (next)));
        _settle("rotateSequencer", expected, accepted);
        if (accepted) _sequencer = next;
    }

    function _propose(address by) private {
        address next = _someAddress();
        bool expected = by == _guardian && next != _sequencer;
        bool accepted = _call(address(_log), by, abi.encodeCall(IDocumentLog.proposeGuardian, (next)));
        _settle("proposeGuardian", expected, accepted);
        if (accepted) _proposed = next;
    }

    function _accept() private {
        address by = _proposed == address(0) || _dice(3) == 0 ? _someCaller() : _proposed;
        bool expected = by == _proposed && by != _sequencer;
        bool accepted = _call(address(_log), by, abi.encodeCall(IDocumentLog.acceptGuardian, ()));
        _settle("acceptGuardian", expected, accepted);
        if (accepted) (_guardian, _proposed) = (by, address(0));
    }

    function _freeze(address by) private {
        bool accepted = _call(address(_log), by, abi.encodeCall(IDocumentLog.freeze, ()));
        _settle("freeze", by == _guardian && !_frozen, accepted);
        if (accepted) _frozen = true;
    }

    /// @notice Names a successor, which starts empty and is the log from then on.
    function _nameSuccessor(address by) private {
        uint256 wrong = _dice(4);
        IDocumentLog next = wrong == 0 ? _log : _newLog();
        if (wrong == 1) next = IDocumentLog(address(0));
        bytes memory data = abi.encodeCall(IDocumentLog.nameSuccessor, (address(next)));
        bool accepted = _call(address(_log), by, data);
        _settle("nameSuccessor", by == _guardian && _frozen && wrong > 1, accepted);
        if (!accepted) return;
        IDocumentLog before = _log;
        _settle("note second successor", false, _call(address(before), _guardian, data));
        _hold(before.successor() == address(next), "the successor is named once");
        delete _leaves;
        (_log, _size, _root, _frozen, _proposed) = (next, 0, 0, false, address(0));
        _firstHead = _heads.length;
    }

    function _newLog() private returns (IDocumentLog log) {
        log = new DocumentLog(registry, _sequencer, _guardian);
        _watch(address(log));
    }

    function _someAddress() private returns (address) {
        uint256 what = _dice(6);
        if (what == 0) return address(0);
        return what == 1 ? _sequencer : _someCaller();
    }

    function _someCaller() private returns (address) {
        return _dice(2) == 0 ? _anyone() : address(uint160(0x1000 + _dice(3)));
    }

    function _nameAll() private {
        string[17] memory lies = [
            "forged",
            "prepended",
            "inserted",
            "removed",
            "reordered",
            "altered",
            "truncated",
            "truncated longer",
            "hash dropped",
            "hash added",
            "hashes swapped",
            "hash changed",
            "stale",
            "not growing",
            "too large",
            "anchored before",
            "not sequencer"
        ];
        for (uint256 i = 0; i < lies.length; ++i) {
            _lieNames[i] = _join("note lie", lies[i]);
            _countable(_lieNames[i]);
        }
        bytes32[12] memory others = [
            bytes32("anchor"),
            "anchor again",
            "verifyInclusion",
            "request",
            "rotateSequencer",
            "proposeGuardian",
            "acceptGuardian",
            "freeze",
            "nameSuccessor",
            "note lie on the first head",
            "note size misstated",
            "note second successor"
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            _countable(others[i]);
        }
    }
}
