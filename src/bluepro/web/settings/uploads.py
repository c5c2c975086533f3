"""What a person uploads to import: one .zip as it is, or .csv files packed into one. Refuses what cannot be either."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile

from bluepro.common.errors import refuse
from bluepro.importing.formats import FORMATS

Upload: TypeAlias = "UploadedFile[Any]"  # Any: bytes, in the stubs' words
MOST_BYTES = 100 * 1024**2
NAMES = tuple(form.file for form in FORMATS)


def archive_of(files: Sequence[Upload]) -> tuple[str, bytes]:
    """The name that people see and the bytes of one .zip. Raises Refused for the field `files`."""
    size = sum(file.size or 0 for file in files)
    if size > MOST_BYTES:
        raise refuse("files", "too_large", f"These are {size // 1024**2:,} MB; at most {MOST_BYTES // 1024**2} MB.")
    if len(files) == 1 and _name(files[0]).endswith(".zip"):
        return files[0].name or "files.zip", _zip(files[0])
    return _packed(files)


def _zip(file: Upload) -> bytes:
    content: bytes = file.read()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise refuse("files", "unreadable", f"{file.name} is not a readable .zip.")
    return content


def _packed(files: Sequence[Upload]) -> tuple[str, bytes]:
    names = [_name(file) for file in files]
    for name in names:
        if name not in NAMES:
            raise refuse("files", "unknown", f"{name} is none of {', '.join(NAMES)}.")
        if names.count(name) > 1:
            raise refuse("files", "twice", f"{name} is there twice.")
    missing = [name for name in NAMES if name not in names]
    if missing:
        raise refuse("files", "missing", f"Choose all five files together; missing: {', '.join(missing)}.")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in zip(names, files, strict=True):
            archive.writestr(name, file.read())
    return f"{len(names)} files", target.getvalue()


def _name(file: Upload) -> str:
    return PurePosixPath(file.name or "").name.lower()
