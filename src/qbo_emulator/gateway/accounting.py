"""The Accounting API behind the gateway: which operation a call means; the books decide the rest (section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qbo_emulator.books import (
    batch,
    cdc,
    company_info,
    faults,
    invoices,
    mailing,
    operations,
    printing,
    query,
    taxes,
    unmodelled,
)
from qbo_emulator.books.company import Company
from qbo_emulator.books.operations import Options
from qbo_emulator.books.wire import Obj
from qbo_emulator.clock import Clock
from qbo_emulator.gateway import wire_format
from qbo_emulator.gateway.answer import Answer
from qbo_emulator.gateway.call import Call
from qbo_emulator.gateway.replay import Replay, check_request_id
from qbo_emulator.options import Options as WorldOptions


def _words(text: str | None) -> set[str]:
    return {word.strip().lower() for word in (text or "").split(",") if word.strip()}


def options_of(params: Mapping[str, str]) -> Options:
    """`operation` and `include` of a single call; all three documented forms of a void (F3.2-8)."""
    operation = (params.get("operation") or "").lower()
    include = _words(params.get("include"))
    if operation not in ("", "create", "update", "delete", "void"):
        raise faults.unsupported(operation)
    return Options(
        void=operation == "void" or "void" in include,
        delete=operation == "delete",
        allow_duplicate_number="allowduplicatedocnum" in include,
    )


@dataclass(frozen=True, slots=True)
class ItemFault:
    """What an item of a batch is answered with, in place of its outcome; `committed` if it is done all the same."""

    fault: faults.Fault
    committed: bool


@dataclass(frozen=True, slots=True)
class Manner:
    """How a call is done: the books that queries and CDC look at, those of reads by id, items that get a fault."""

    queried: Company
    read: Company
    item_faults: Mapping[int, ItemFault] = field(default_factory=dict)


class Accounting:
    """Does what calls ask for. `replay` keeps what request ids were answered."""

    def __init__(self, clock: Clock, replay: Replay, options: WorldOptions) -> None:
        self._clock = clock
        self._replay = replay
        self._options = options

    def answer(self, call: Call, company: Company, manner: Manner) -> Answer:
        """The answer to an admitted call. Raises Fault."""
        company_info.check_subscription(company)
        if call.segments == ("taxservice", "taxcode") and call.method == "POST":
            sent = call.content
            echo = self._single(call, company, lambda: taxes.create_tax_code(company, sent))
            return wire_format.success(echo, self._clock, timed=False)
        if call.method == "GET" and call.segments[2:] == ("pdf",):
            return wire_format.pdf(printing.printed(company, *_form(call)))
        return wire_format.success(self._content(call, company, manner), self._clock)

    def _content(self, call: Call, company: Company, manner: Manner) -> Obj:
        match call.method, call.segments:
            case "GET", ("query",):
                return {"QueryResponse": query.run(manner.queried, call.params.get("query", ""))}
            case "POST", ("query",):
                return {"QueryResponse": query.run(manner.queried, call.text)}
            case "GET", ("cdc",):
                return {"CDCResponse": [_changes(call, manner.queried)]}
            case "POST", ("batch",):
                return {"BatchItemResponse": self._batch(call, company, manner)}
            case "GET", (path,):
                return _read(call, manner.read, path, None)
            case "GET", (path, row_id):
                return _read(call, manner.read, path, row_id)
            case "POST", (path,):
                return self._write(call, company, path)
            case "POST", (_, _, "send"):
                return self._send(call, company)
        raise _no_such_path(call)

    def _batch(self, call: Call, company: Company, manner: Manner) -> list[Obj]:
        items = batch.items_of(call.content)
        check_request_id(call.request_id, [str(item.get("bId", "")) for item in items])

        def around(index: int, item: Obj, work: Callable[[], Obj]) -> Obj:
            wrong = manner.item_faults.get(index)
            if wrong and not wrong.committed:
                raise wrong.fault
            outcome = work() if "Query" in item else self._once(call, company, f"batch {item.get('bId')}", work)
            if wrong:
                raise wrong.fault
            return outcome

        return batch.run(company, items, around, manner.queried)

    def _write(self, call: Call, company: Company, path: str) -> Obj:
        body, entity, options = call.content, _entity(call, path), options_of(call.params)
        written = self._single(call, company, lambda: {entity: operations.write(company, entity, body, options)})
        # A repeated request id brings what it brought before, whatever entity this call is about.
        return {name: _with_link(call, company, name, data) for name, data in written.items()}

    def _send(self, call: Call, company: Company) -> Obj:
        entity, row_id = _form(call)
        send_to = call.params.get("sendTo")
        return self._single(call, company, lambda: {entity: mailing.send(company, entity, row_id, send_to)})

    def _single(self, call: Call, company: Company, work: Callable[[], Obj]) -> Obj:
        check_request_id(call.request_id, None)
        return self._once(call, company, "", work)

    def _once(self, call: Call, company: Company, b_id: str, work: Callable[[], Obj]) -> Obj:
        """A write's outcome, or what its request id brings if it was used before."""
        return self._replay.once(self._options.request_ids, company.realm_id, call.request_id, b_id, work)


def _entity(call: Call, path: str) -> str:
    """The entity behind a path segment, which is in lower case (F3.1-2); what is not modelled is said to be so."""
    entity = operations.BY_PATH.get(path)
    if entity is None:
        unmodelled.refuse_known(path)
        raise _no_such_path(call)
    return entity


def _read(call: Call, company: Company, path: str, row_id: str | None) -> Obj:
    entity = _entity(call, path)
    if row_id is None and entity != "Preferences":
        raise _no_such_path(call)
    if entity == "CompanyInfo" and row_id not in (company.realm_id, "1"):
        raise company.gone()
    return {entity: _with_link(call, company, entity, operations.read(company, entity, row_id or "1"))}


def _form(call: Call) -> tuple[str, str]:
    """The entity and id in the path of a mail or a print. Fault 2030 for an id that is none."""
    path, row_id = call.segments[:2]
    return _entity(call, path), operations.check_id(row_id)


def _with_link(call: Call, company: Company, entity: str, data: Obj) -> Obj:
    """An invoice with the address of its page, if the call asks for it and the invoice has one (F3.2-12)."""
    asked = entity == "Invoice" and "invoicelink" in _words(call.params.get("include"))
    if not asked or not invoices.has_link(company, data):
        return data
    return {**data, "InvoiceLink": f"{call.origin}/app/invoice?txnId={data['Id']}&companyId={company.realm_id}"}


def _changes(call: Call, company: Company) -> Obj:
    for name in ("entities", "changedSince"):
        if not call.params.get(name):
            raise faults.missing(name)
    return cdc.changes(company, call.params["entities"], call.params["changedSince"])


def _no_such_path(call: Call) -> faults.Fault:
    """500 as recorded for an unknown path (F9.3-8)."""
    whole = f"Could not find resource for relative : {call.path} of full path: {call.origin}{call.path}"
    return faults.unsupported(whole)
