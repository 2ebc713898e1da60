# SPDX-License-Identifier: Apache-2.0
"""Settings: from variables, from a file, and what is said about wrong ones."""

from pathlib import Path

import pytest

from ledger.errors import ConfigurationError
from ledger.settings import read_settings


def test_nothing_set_gives_a_local_service():
    settings = read_settings({})
    assert settings.database == "sqlite:///corridor-data/ledger.db"
    assert settings.trust == Path("deployments/local.json")
    assert settings.keys == Path("corridor-data/keys")
    assert settings.log_key == Path("corridor-data/keys/log-local.pem")
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8080)
    assert settings.passphrase_file is None


def test_variables_win_over_the_file(tmp_path):
    file = tmp_path / "corridor.toml"
    file.write_text('api_port = 9000\nlog_name = "aktau"\n', "utf-8")
    settings = read_settings({"CORRIDOR_API_PORT": "9001", "CORRIDOR_CONFIG": str(file)})
    assert (settings.api_port, settings.log_name) == (9001, "aktau")


def test_folders_follow_data_and_network():
    settings = read_settings({"CORRIDOR_DATA": "/srv/ledger", "CORRIDOR_NETWORK": "besu"})
    assert settings.keys == Path("/srv/ledger/keys")
    assert settings.trust == Path("deployments/besu.json")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CORRIDOR_API_PORT", "http", "CORRIDOR_API_PORT: want a whole number from 1.*'http'"),
        ("CORRIDOR_API_PORT", "65536", "to 65535; got '65536'"),
        ("CORRIDOR_API_PORT", "08", "got '08'"),
        ("CORRIDOR_PROMISE_SECONDS", "-1", "CORRIDOR_PROMISE_SECONDS.*'-1'"),
        ("CORRIDOR_LOG_NAME", "Not A Name", "CORRIDOR_LOG_NAME"),
        ("CORRIDOR_NETWORK", "../x", "CORRIDOR_NETWORK"),
        ("CORRIDOR_API_HOST", "a b", "CORRIDOR_API_HOST"),
    ],
)
def test_wrong_variable_is_named_with_what_was_expected_and_what_came(variable, value, message):
    with pytest.raises(ConfigurationError, match=message):
        read_settings({variable: value})


@pytest.mark.parametrize("name", ["NODE", "DATABASE"])
def test_wrong_url_is_not_repeated(name):
    with pytest.raises(ConfigurationError, match=f"CORRIDOR_{name}") as caught:
        read_settings({f"CORRIDOR_{name}": "user:s3cret@host"})
    assert "s3cret" not in str(caught.value)


def test_urls_are_not_shown():
    settings = read_settings(
        {"CORRIDOR_NODE": "https://u:s3cret@h/", "CORRIDOR_DATABASE": "postgresql://u:s3cret@h/d"}
    )
    assert settings.node == "https://u:s3cret@h/"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope = 1", "'nope' is not a setting"),
        ("api_port = true", "api_port: want a text or a whole number"),
        ("api_port = 1.5", "api_port"),
        ("api_port = 0", "api_port .in the settings file.: want"),
        ("api_port =", "cannot be read as TOML"),
    ],
)
def test_wrong_file_is_named(tmp_path, text, message):
    file = tmp_path / "corridor.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=message):
        read_settings({}, file)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"absent\.toml"):
        read_settings({}, tmp_path / "absent.toml")
