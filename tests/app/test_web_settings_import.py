"""Importing through the pages: upload, a check that writes nothing, errors by file, row and column, then the import."""

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from import_files import Rows, edited, sound, write
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks
from web_world import World, make_world, text_of

from bluepro.common.clock import ManualClock
from bluepro.common.errors import NotAllowed, Refused
from bluepro.common.ids import SeededIds
from bluepro.contacts.models import Contact
from bluepro.invoicing.models import Invoice
from bluepro.web.models import ImportRun, ImportState
from bluepro.web.present import CLOCK
from bluepro.web.settings import runs
from bluepro.workspaces import memberships
from bluepro.workspaces.models import Membership, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(CLOCK.now())


def csv_files(folder: Path, files: Mapping[str, Rows]) -> list[SimpleUploadedFile]:
    write(folder, files)
    return [SimpleUploadedFile(name, (folder / name).read_bytes()) for name in files]


def archive(folder: Path, files: Mapping[str, Rows]) -> SimpleUploadedFile:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for file in csv_files(folder, files):
            packed.writestr(file.name or "", file.read())
    return SimpleUploadedFile("records.zip", target.getvalue())


def uploaded(world: World, folder: Path, files: Mapping[str, Rows]) -> ImportRun:
    answer = world.post("settings_import", data={"csv_files": archive(folder, files)})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == world.address("settings_import_run", run.pk)
    return run


def work(run: ImportRun) -> None:
    runs.work(run.pk, clock=CLOCK, ids=SeededIds(1))


def test_a_check_writes_nothing_then_the_import_writes_all(
    world: World, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run = uploaded(world, tmp_path, sound())
    job = ProcrastinateJob.objects.get(task_name="import_records")
    assert job.args == {"run_id": run.pk}
    waiting = text_of(world.get("settings_import_run", run.pk))
    assert "Waiting for its turn" in waiting
    work(run)
    checked = text_of(world.get("settings_import_run", run.pk))
    assert ("Ready to import" in checked, "hx-get" in checked, Contact.objects.filter(external_id="C1").exists()) == (
        True,
        False,
        False,
    )
    world.post("settings_import_go", run.pk, data={"do": "import"})
    work(run)
    done = text_of(world.get("settings_import_run", run.pk))
    assert '<h2 id="state">Imported</h2>' in done
    assert Invoice.objects.filter(workspace=world.workspace).count() == 3
    assert ImportRun.objects.get().file is None
    work(run)
    assert Invoice.objects.filter(workspace=world.workspace).count() == 3, "a second job does nothing"


def test_five_files_are_taken_like_one_archive(world: World, tmp_path: Path) -> None:
    answer = world.post("settings_import", data={"csv_files": csv_files(tmp_path, sound())})
    assert answer.status_code == 303
    run = ImportRun.objects.get()
    work(run)
    assert run.file_name == "5 files"
    assert runs.may_import(runs.find(world.workspace.pk, run.pk))


def test_every_error_is_shown_by_file_row_and_column(world: World, tmp_path: Path) -> None:
    run = uploaded(world, tmp_path, edited("services.csv", 2, unit_price="<b>ten</b>"))
    work(run)
    page = text_of(world.get("settings_import_run", run.pk))
    assert "Nothing was imported: 1 error" in page
    assert (
        'services.csv</th><td class="number card-top" data-label="Row">2</td><td data-label="Column">unit_price</td>'
        in page
    )
    assert "<b>ten" not in page
    assert 'value="import"' not in page
    world.post("settings_import_go", run.pk, data={"do": "import"})
    run.refresh_from_db()
    assert run.state == ImportState.DONE, "what has errors is not imported"


def test_bad_records_may_be_left_out_after_seeing_which(world: World, tmp_path: Path) -> None:
    run = uploaded(world, tmp_path, edited("invoices.csv", 4, issue_date="never"))
    work(run)
    world.post("settings_import_go", run.pk, data={"skip_bad": "yes"})
    work(run)
    page = text_of(world.get("settings_import_run", run.pk))
    assert "Import the rest" in page
    assert "would be left out" in page
    assert not Invoice.objects.exists()
    world.post("settings_import_go", run.pk, data={"do": "import", "skip_bad": "yes"})
    work(run)
    assert Invoice.objects.count() == 2
    assert "was left out" in text_of(world.get("settings_import_run", run.pk))


def test_files_that_cannot_be_imported(world: World, tmp_path: Path) -> None:
    sound_files = csv_files(tmp_path, sound())
    for files, words in (
        ([], "Choose a .zip"),
        ([SimpleUploadedFile("records.zip", b"PK no zip")], "is not a readable .zip"),
        ([SimpleUploadedFile("customers.csv", b"a,b")], "customers.csv is none of contacts.csv"),
        (sound_files[:2], "missing: invoices.csv, invoice_lines.csv, payments.csv"),
        ([SimpleUploadedFile("contacts.csv", b"a"), SimpleUploadedFile("contacts.csv", b"b")], "is there twice"),
        ([SimpleUploadedFile("contacts.csv", b"")], "empty"),
    ):
        answer = world.post("settings_import", data={"csv_files": files})
        assert (answer.status_code, words in text_of(answer)) == (422, True), words
    assert not ImportRun.objects.exists()


def test_an_archive_without_the_files_is_refused_with_reasons(world: World, tmp_path: Path) -> None:
    run = uploaded(world, tmp_path, {"contacts.csv": sound()["contacts.csv"]})
    work(run)
    page = text_of(world.get("settings_import_run", run.pk))
    assert "This file is missing" in page
    assert "invoices.csv" in page


def test_who_lost_the_right_meanwhile_imports_nothing(world: World, tmp_path: Path) -> None:
    run = uploaded(world, tmp_path, sound())
    manager = Membership.objects.get(role=Role.MANAGER, workspace=world.workspace)
    ImportRun.objects.update(membership=manager)
    memberships.change_role(world.actor(), manager.pk, Role.MEMBER)
    work(run)
    page = text_of(world.get("settings_import_run", run.pk))
    assert "A Member may not import records" in page
    assert "This cannot be imported" in page


def test_an_interrupted_import_can_be_started_again(world: World, tmp_path: Path, clock: ManualClock) -> None:
    run = uploaded(world, tmp_path, sound())
    ImportRun.objects.update(state=ImportState.RUNNING)
    with pytest.raises(Refused, match="under way"):
        runs.again(world.actor(), run.pk, dry_run=True, skip_bad=False, clock=clock)
    ImportRun.objects.update(heard_at=CLOCK.now() - runs.SILENT - timedelta(seconds=1))
    assert "The program stopped in the middle" in text_of(world.get("settings_import_run", run.pk))
    world.post("settings_import_go", run.pk)
    work(run)
    assert "Ready to import" in text_of(world.get("settings_import_run", run.pk))


def test_a_run_that_nobody_takes_up_says_so(world: World, tmp_path: Path) -> None:
    run = uploaded(world, tmp_path, sound())
    ImportRun.objects.update(heard_at=CLOCK.now() - timedelta(minutes=1))
    assert "No worker has taken this up" in text_of(world.get("settings_import_run", run.pk))


def test_files_are_forgotten_after_a_day(world: World, tmp_path: Path, clock: ManualClock) -> None:
    run = uploaded(world, tmp_path, sound())
    work(run)
    clock.advance(runs.FILES_KEPT + timedelta(minutes=1))
    runs.upload(world.actor(), "other.zip", b"", clock=clock)
    with pytest.raises(Refused, match="Upload them again"):
        runs.again(world.actor(), run.pk, dry_run=False, skip_bad=False, clock=clock)


def test_runs_of_others_do_not_exist(world: World, tmp_path: Path) -> None:
    run = uploaded(world, tmp_path, sound())
    other = make_world("Other Company")
    assert other.get("settings_import_run", run.pk).status_code == 404
    assert other.post("settings_import_go", run.pk).status_code == 404
    assert world.get("settings_import_run", run.pk, role=Role.BOOKKEEPER).status_code == 403
    assert world.post("settings_import_go", run.pk, role=Role.MEMBER).status_code == 403
    with pytest.raises(NotAllowed):
        runs.upload(world.actor(Role.BOOKKEEPER), "x.zip", b"", clock=CLOCK)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_import_goes_on(tmp_path: Path) -> None:
    world = make_world()
    run = uploaded(world, tmp_path, sound())
    with runs.telling(run.pk, CLOCK) as progress:
        progress("saving invoices", 7, 30)
        progress("saving invoices", 8, 30)  # too soon after the first to be written
    run.refresh_from_db()
    assert (run.stage, run.done, run.total) == ("saving invoices", 7, 30)
    ImportRun.objects.update(state=ImportState.RUNNING)
    page = text_of(world.browser().get(world.address("settings_import_run", run.pk), headers={"HX-Request": "true"}))
    assert page.lstrip().startswith('<div id="run"')
    assert "Saving invoices: 7 of 30" in page
    assert 'hx-trigger="every 1s"' in page
