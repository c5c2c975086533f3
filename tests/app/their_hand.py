"""What people do in QuickBooks itself, beside the engine."""

from typing import Any

from rig import Rig


def write(rig: Rig, entity: str, **fields: Any) -> dict[str, Any]:  # Any: JSON
    """Creates an entity, or changes one (with Id and SyncToken)."""
    found: dict[str, Any] = _post(rig, entity.lower(), fields)[entity]
    return found


def change(rig: Rig, entity: str, row: dict[str, Any], **fields: Any) -> dict[str, Any]:  # Any: JSON
    """Changes some fields of an entity as it is now."""
    return write(rig, entity, Id=row["Id"], SyncToken=row["SyncToken"], sparse=True, **fields)


def remove(rig: Rig, entity: str, row: dict[str, Any]) -> None:  # Any: JSON
    """Deletes a sale."""
    _post(rig, f"{entity.lower()}?operation=delete", {"Id": row["Id"], "SyncToken": row["SyncToken"]})


def void(rig: Rig, row: dict[str, Any]) -> None:  # Any: JSON
    """Voids an invoice."""
    _post(rig, "invoice?operation=void", {"Id": row["Id"], "SyncToken": row["SyncToken"]})


def merge(rig: Rig, entity: str, gone: str, kept: str) -> None:
    """Merges two customers or items."""
    wanted = {"entity": entity, "gone": gone, "kept": kept}
    answer = rig.control.post(f"/_emulator/companies/{rig.realm}/merge", json=wanted)
    assert answer.status_code == 200, answer.text


def _post(rig: Rig, path: str, body: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    answer = rig.control.post(
        f"/v3/company/{rig.realm}/{path}",
        json=body,
        headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
