// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {Checks} from "../support/Checks.sol";

/// @notice A contract and what Forge calls there, as Forge reads it.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice How often each function was called with and without success: a function that a campaign hardly
/// ever reaches is not tested by it. Forge forgets all state after each run, so each run adds a line to a file in
/// the folder that `scripts/fuzz.py` names, which adds the lines up. A name that begins with `note` is only
/// printed.
abstract contract Counters is Checks {
    struct Tally {
        uint64 accepted;
        uint64 reverted;
    }

    bytes32[] private _names;
    mapping(bytes32 name => Tally tally) private _tallies;
    mapping(bytes32 name => bool known) private _known;
    bool private _counting;

    error Broken(string property, string what);

    /// @notice Adds the counts of this run to the campaign's file.
    /// @param campaign The campaign's name.
    function writeCounters(string calldata campaign) external {
        _write(campaign, false);
    }

    /// @notice Begins to count, and adds a line with all names: what is never reached is known, too.
    /// @param campaign The campaign's name.
    function beginCounting(string calldata campaign) external {
        _counting = true;
        _write(campaign, true);
    }

    /// @notice Names what is counted.
    /// @param name The name, at most 31 characters.
    function _countable(bytes32 name) internal {
        if (_known[name]) return;
        _known[name] = true;
        _names.push(name);
    }

    /// @notice Counts a call.
    /// @param name What was called.
    /// @param accepted Whether it succeeded.
    function _count(bytes32 name, bool accepted) internal {
        _hold(_known[name], "counters", _text(name));
        if (!_counting) return;
        if (accepted) ++_tallies[name].accepted;
        else ++_tallies[name].reverted;
    }

    /// @notice Stops the campaign unless a property holds.
    /// @param holds Whether it does.
    /// @param property The property.
    /// @param what Where it broke.
    function _hold(bool holds, string memory property, string memory what) internal pure {
        if (!holds) revert Broken(property, what);
    }

    /// @notice Stops the campaign unless a property holds.
    /// @param holds Whether it does.
    /// @param property The property.
    function _hold(bool holds, string memory property) internal pure {
        if (!holds) revert Broken(property, "");
    }

    /// @notice Joins two words into a name.
    /// @param first The first word.
    /// @param second The second word.
    /// @return The name.
    function _join(string memory first, string memory second) internal pure returns (bytes32) {
        bytes memory joined = bytes(string.concat(first, " ", second));
        _hold(joined.length < 32, "counters", string(joined));
        return bytes32(joined);
    }

    /// @notice Returns a name as text.
    /// @param name The name.
    /// @return The text.
    function _text(bytes32 name) internal pure returns (string memory) {
        uint256 length = 0;
        while (length < 32 && name[length] != 0) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            text[i] = name[i];
        }
        return string(text);
    }

    /// @notice Adds a line of `name=accepted/reverted;…` to the campaign's file.
    /// @param campaign The campaign's name.
    /// @param all Whether names without counts are written, too.
    function _write(string calldata campaign, bool all) private {
        string memory folder = vm.envOr("CORRIDOR_FUZZ_COUNTS", string(""));
        if (bytes(folder).length == 0) return;
        string memory line = "";
        for (uint256 i = 0; i < _names.length; ++i) {
            Tally memory tally = all ? Tally(0, 0) : _tallies[_names[i]];
            if (!all && tally.accepted == 0 && tally.reverted == 0) continue;
            line = string.concat(
                line,
                _text(_names[i]),
                "=",
                Strings.toString(tally.accepted),
                "/",
                Strings.toString(tally.reverted),
                ";"
            );
        }
        vm.writeLine(string.concat(folder, "/", campaign, ".txt"), line);
    }
}
