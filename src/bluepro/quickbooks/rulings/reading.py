"""From a fault to its ruling. Codes count, texts do not {F9.3-75}; only 6000 is told apart by its text {F9.3-40}.

An unknown code becomes a problem that shows QuickBooks' own words; a refusal without any code (a gateway's, {F9.1-5})
is tried again.
"""

from bluepro.quickbooks.choices import LARGER_THAN_OPEN
from bluepro.quickbooks.rulings.ruling import Button, Family, Ruling, Who
from bluepro.quickbooks.rulings.table import REFUSED, RULINGS
from qbo_client import wire

NAME_LOCK = "one name at a time"
MORE_THAN_OPEN = "open balance"
SYSTEM_FAILURE = "10000"
_BY_ITSELF = "it is tried again by itself."

GATEWAY = Ruling(
    Family.RETRY,
    "gateway",
    "What stands before QuickBooks refused the call without a reason.",
    Who.NOBODY,
    _BY_ITSELF,
    Button.PUSH_AGAIN,
    after=60,
)
TOO_LARGE = Ruling(
    Family.NEEDS_FIX,
    "too_large",
    "This record is too large for QuickBooks.",
    Who.EDITORS,
    "give it fewer or shorter lines; then it is sent again by itself.",
    Button.RECORD,
)
_NAME_LOCK = Ruling(
    Family.RETRY, "name_lock", "QuickBooks was writing another name.", Who.NOBODY, _BY_ITSELF, after=2
)  # {F7.1-25}

_MORE_THAN_OPEN = Ruling(
    Family.RESOLVE,
    LARGER_THAN_OPEN,
    "More is paid than is open there.",
    Who.DECIDERS,
    "say whether it is the same money as was applied there.",
    asks=(LARGER_THAN_OPEN,),
)


def ruling(fault: wire.Fault) -> Ruling:
    """The ruling for a fault; see `found`."""
    return found(fault)[1]


def found(fault: wire.Fault) -> tuple[str, Ruling]:
    """The code that counts ("" if none is known) and its ruling.

    The first known code counts, but a system failure goes first: with it the outcome is open. 6000 is told by its text.
    """
    if SYSTEM_FAILURE in fault.codes:
        return SYSTEM_FAILURE, RULINGS[SYSTEM_FAILURE]
    for code in fault.codes:
        if code == "6000" and NAME_LOCK in words(fault).lower():
            return code, _NAME_LOCK
        if code == "6000" and MORE_THAN_OPEN in words(fault).lower():
            return code, _MORE_THAN_OPEN
        if code in RULINGS:
            return code, RULINGS[code]
    if fault.status == 413:
        return "", TOO_LARGE
    return "", REFUSED if any(fault.codes) else GATEWAY


def words(fault: wire.Fault) -> str:
    """QuickBooks' own words, for people."""
    said = (error.detail or error.message for error in fault.errors)
    return "; ".join(filter(None, said)) or fault.excerpt[:200] or f"HTTP status {fault.status}"
