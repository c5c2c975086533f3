"""Tables of the catalogue. Written only by `services`."""

from django.db import models
from django.db.models.functions import Lower

from bluepro.workspaces.models import Workspace


class ServiceKind(models.TextChoices):
    SERVICE = "service", "Service"
    PRODUCT = "product", "Product"


class Service(models.Model):
    """A service or product. `unit_price` in dollars with up to 5 decimals; invoice lines copy what they need.

    `income_account` is the name or number of an income account in the books; empty means the mapped one.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="services")
    external_id = models.CharField(max_length=100, null=True, blank=True)
    kind = models.CharField(max_length=8, choices=ServiceKind.choices)
    name = models.CharField(max_length=500)
    sku = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=5)
    tax_exempt = models.BooleanField()
    income_account = models.CharField(max_length=100, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="service_external_id"),
        ]
        indexes = [
            models.Index(fields=["workspace", "name"], name="service_by_name"),
            models.Index("workspace", Lower("name"), "id", name="service_listed"),
        ]

    def __str__(self) -> str:
        return self.name
