"""Tables of contacts. Written only by `services`."""

from django.db import models
from django.db.models.functions import Lower

from bluepro.workspaces.models import Membership, Workspace


class ContactKind(models.TextChoices):
    PERSON = "person", "Person"
    COMPANY = "company", "Company"


class Contact(models.Model):
    """A customer, a person or a company. The first e-mail and phone are the main ones."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="contacts")
    external_id = models.CharField(max_length=100, null=True, blank=True)
    kind = models.CharField(max_length=8, choices=ContactKind.choices)
    display_name = models.CharField(max_length=500)
    company = models.CharField(max_length=100, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    billing_street = models.CharField(max_length=500, blank=True)
    billing_city = models.CharField(max_length=255, blank=True)
    billing_region = models.CharField(max_length=255, blank=True)
    billing_postal_code = models.CharField(max_length=30, blank=True)
    billing_country = models.CharField(max_length=255, blank=True)
    notes = models.TextField(blank=True)
    tax_exempt = models.BooleanField(default=False)
    tax_exempt_reason = models.CharField(max_length=100, blank=True)
    tax_exempt_certificate = models.CharField(max_length=50, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="contact_external_id"),
        ]
        indexes = [
            models.Index(fields=["workspace", "display_name"], name="contact_by_name"),
            models.Index("workspace", Lower("display_name"), "id", name="contact_listed"),
            models.Index(fields=["workspace", "created_at", "id"], name="contact_by_age"),
        ]

    def __str__(self) -> str:
        return self.display_name


class ContactEmail(models.Model):
    """One e-mail address of a contact; position 1 is the main one."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="emails")
    position = models.PositiveSmallIntegerField()
    address = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "position"], name="contact_email_position")]

    def __str__(self) -> str:
        return self.address


class ContactPhone(models.Model):
    """One phone number of a contact, as people wrote it; position 1 is the main one."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="phones")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "position"], name="contact_phone_position")]

    def __str__(self) -> str:
        return self.number


class ServiceAddress(models.Model):
    """A place where work is done for a contact."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="service_addresses")
    position = models.PositiveSmallIntegerField()
    street = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=255, blank=True)
    region = models.CharField(max_length=255, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "position"], name="service_address_position")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, self.city, self.region) if part)
