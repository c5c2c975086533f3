"""A page of a long list, without counting where the rows themselves already tell how many there are.

A search that finds little reads the whole list once instead of twice, which is most of its time.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from bluepro.web.lists import CAP, PAGE, Asked, Page, rows_of

M = TypeVar("M", bound=Model)


def page_without_count(found: QuerySet[M], wanted: Asked) -> Page[M]:
    """As `lists.page_of`; a last page that is not full answers the count."""
    start = (wanted.number - 1) * PAGE
    rows = rows_of(found, wanted)
    full = len(rows) == PAGE or (not rows and start > 0)
    total = found.order_by()[: CAP + 1].count() if full else start + len(rows)
    return Page(rows, min(total, CAP), total > CAP, wanted)
