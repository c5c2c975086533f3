"""The data folder and its closed subfolders: where they are, and that nothing of others is changed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bluepro.running.folders import FolderError, data_folder, keys_folder, log_folder, write_key

HOME = Path("/home/ada")


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", "/home/ada/.local/share/bluepro"),
        ({"XDG_DATA_HOME": "/srv/share"}, "linux", "/srv/share/bluepro"),
        ({"XDG_DATA_HOME": "relative"}, "linux", "/home/ada/.local/share/bluepro"),
        ({"XDG_DATA_HOME": ""}, "linux", "/home/ada/.local/share/bluepro"),
        ({}, "darwin", "/home/ada/Library/Application Support/BluePro"),
        ({}, "win32", "/home/ada/AppData/Local/BluePro"),
        ({"LOCALAPPDATA": "/c/local"}, "win32", "/c/local/BluePro"),
        ({"BLUEPRO_DATA": "/data", "XDG_DATA_HOME": "/srv/share"}, "linux", "/data"),
        ({"BLUEPRO_DATA": "  "}, "linux", "/home/ada/.local/share/bluepro"),
    ],
)
def test_the_data_folder_of_each_platform(environ: dict[str, str], platform: str, expected: str) -> None:
    assert data_folder(environ, platform=platform, home=HOME) == Path(expected)


def test_a_relative_data_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_folder({"BLUEPRO_DATA": "here"}) == tmp_path / "here"


def test_folders_and_keys_are_closed_to_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    key = write_key(data, "tokens", b"secret")
    assert key.read_bytes() == b"secret"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for folder in (data, keys_folder(data), log_folder(data)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(keys_folder(data).iterdir()) == [key]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    write_key(tmp_path, "tokens", b"first")
    with pytest.raises(FileExistsError):
        write_key(tmp_path, "tokens", b"second")
    assert [path.read_bytes() for path in keys_folder(tmp_path).iterdir()] == [b"first"]


def test_an_open_keys_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(FolderError, match="chmod 700"):
        keys_folder(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o755


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(FolderError, match=rf"{tmp_path / 'data'}.*BLUEPRO_DATA"):
        log_folder(tmp_path / "data")
