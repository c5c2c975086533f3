"""The words of the sample business: names, places, services and sentences of a window-cleaning company. Data only.

Invented people and firms; telephone numbers are of the range kept for fiction, e-mail domains are reserved ones.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Town:
    """A town that the company works in, with its sales tax in percent."""

    name: str
    region: str
    postal_code: str
    tax_percent: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """A catalogue entry: `unit_price` in dollars; `most` is the largest usual quantity, `halves` allows half units."""

    name: str
    kind: str
    unit_price: str
    description: str
    most: int = 1
    halves: bool = False
    exempt: bool = False


TOWNS = (
    Town("Tarrytown", "NY", "10591", Decimal("8.375")),
    Town("White Plains", "NY", "10601", Decimal("8.375")),
    Town("Yonkers", "NY", "10701", Decimal("8.875")),
    Town("New York", "NY", "10034", Decimal("8.875")),
    Town("Fort Lee", "NJ", "07024", Decimal("6.625")),
    Town("Englewood", "NJ", "07631", Decimal("6.625")),
    Town("Dobbs Ferry", "NY", "10522", Decimal("8.375")),
)

STREETS = (
    "Alder Court", "Beekman Avenue", "Birch Lane", "Broadway", "Chestnut Street", "Cliff Road", "Depot Plaza",
    "Elm Street", "Fairview Terrace", "Hudson Street", "Kingsland Avenue", "Locust Hill", "Main Street",
    "Neperan Road", "Old Mill Road", "Palisade Avenue", "Quarry Road", "River Walk", "Sleepy Hollow Road",
    "South Washington Avenue", "Tulip Tree Lane", "Union Place", "Valley View", "Wildey Street",
)  # fmt: skip

FIRST_NAMES = (
    "Abigail", "Amélie", "Andrés", "Anton", "Beatriz", "Björn", "Carla", "Chidi", "Chloë", "Dana", "Deborah",
    "Éamon", "Elena", "Farah", "Felix", "François", "Grace", "Hana", "Harold", "Inés", "Isaac", "Jürgen",
    "Kofi", "Leila", "Łukasz", "Marguerite", "Mei", "Nikhil", "Noémie", "Oluwaseun", "Patrick", "Priya", "Rachel",
    "Renée", "Søren", "Tadeusz", "Teresa", "Vikram", "Wendy", "Zoë",
)  # fmt: skip

LAST_NAMES = (
    "Abbott", "Åkesson", "Alvarez", "Bañuelos", "Boateng", "Brennan", "Castillo", "Çelik", "Chen", "Cohen",
    "D'Angelo", "Dvořák", "Eriksen", "Fontaine", "García", "Goldberg", "Hashimoto", "Ibarra", "Jansen", "Kapoor",
    "Kowalczyk", "Lefèvre", "MacAllister", "Müller", "Nakamura", "Núñez", "O'Rourke", "Okafor", "Peña", "Quigley",
    "Ribeiro", "Sæther", "Schwartz", "Silva-Reyes", "Thornton", "Ueda", "Van der Berg", "Whitfield", "Yılmaz",
    "Zielinski",
)  # fmt: skip

FIRM_HEADS = (
    "Blue Heron", "Café Étoile", "Corner Lantern", "Four Oaks", "Grandview", "Half Moon", "Hudson Line", "Kingfisher",
    "Lighthouse", "Maple & Main", "Old Croton", "Palisades", "Piñata", "Pocantico", "Red Door", "Riverbend",
    "Saint Brendan's", "Tappan", "Three Sisters", "Union Mill",
)  # fmt: skip

FIRM_TRADES = (
    "Bakery", "Books", "Dental Care", "Diner", "Fitness", "Florist", "Law Offices, LLP", "Realty Group",
    "School of Music", "Veterinary Clinic", "Wine Bar", "Property Management",
)  # fmt: skip

EXEMPT_FIRMS = (
    "Hillside Free Library", "Neperan Volunteer Fire Company", "Rivertowns Food Pantry", "Saint Alban's Parish School",
    "Tappan Community Theater", "Village of Cliff Landing", "Wildey Street Shelter",
)  # fmt: skip

EXEMPT_REASONS = ("Nonprofit organization", "Government", "Religious organization", "Resale")

NOTES = (
    "Key under the blue pot.", "Ring at the side door.", "Dog in the yard; call first.", "Prefers mornings.",
    "Ladder does not reach the attic dormer: bring the pole.", "Invoices go to the managing agent.",
)  # fmt: skip

OFFERS = (
    Offer("Window, inside and outside", "service", "11.50", "Both panes, sill and frame wiped", 42),
    Offer("Window, outside only", "service", "6.75", "Outer pane and frame", 48),
    Offer("French pane", "service", "1.85", "Small divided panes, each", 120),
    Offer("Storm window", "service", "9.25", "Taken out, washed on four sides, put back", 24),
    Offer("Skylight", "service", "24.00", "Washed from the roof side", 6),
    Offer("Sliding glass door", "service", "18.00", "Panes, track and handle", 6),
    Offer("Screen, washed", "service", "3.50", "Soft brush and rinse", 36),
    Offer("Screen, repaired", "service", "27.50", "New mesh, same frame", 4),
    Offer("Track cleaning", "service", "4.25", "Vacuumed and wiped", 30),
    Offer("Mirror", "service", "8.00", "Any size up to a door", 10),
    Offer("Chandelier", "service", "145.00", "Cleaned in place, crystal by crystal", 2),
    Offer("Hard water stains", "service", "15.40", "Acid-free polish, per pane", 20),
    Offer("Paint and stickers removed", "service", "62.00", "By the hour, scraper and solvent", 6, halves=True),
    Offer("After construction cleaning", "service", "78.00", "By the hour, crew of two", 16, halves=True),
    Offer("Storefront, small", "service", "28.00", "Up to six panes, both sides", 8),
    Offer("Storefront, large", "service", "54.00", "Up to sixteen panes, both sides", 8),
    Offer("Storefront, weekly plan", "service", "19.33333", "Price per visit of the weekly plan", 5),
    Offer("High-rise rope work", "service", "165.00", "By the hour, certified team", 9, halves=True),
    Offer("Lift truck", "service", "310.00", "Per day, with operator", 3),
    Offer("Solar panel", "service", "7.125", "Pure water, soft brush", 40),
    Offer("Gutter cleaning", "service", "1.35", "Per foot, bagged and carried off", 220),
    Offer("Gutter guard check", "service", "45.00", "All corners and downspouts", 2),
    Offer("Pressure wash, deck", "service", "0.48", "Per square foot", 600),
    Offer("Pressure wash, siding", "service", "0.36", "Per square foot", 1800),
    Offer("Awning", "service", "58.00", "Brushed and rinsed", 4),
    Offer("Greenhouse glass", "service", "5.20", "Per pane, inside and outside", 80),
    Offer("Glass railing", "service", "6.10", "Per running foot", 60),
    Offer("Inspection visit", "service", "0.00", "Free look before an estimate"),
    Offer("Early morning surcharge", "service", "35.00", "Before shops open"),
    Offer("Weekend surcharge", "service", "45.00", "Saturdays and Sundays"),
    Offer("Call-out", "service", "40.00", "Trip to the site", 2),
    Offer("Fire escape glass permit", "service", "75.00", "Filing fee passed on as it is", exempt=True),
    Offer("Parking and tolls", "service", "16.94", "Passed on as paid", 3, exempt=True),
    Offer("Training for building staff", "service", "120.00", "By the hour, on site", 4, halves=True, exempt=True),
    Offer('Squeegee, brass, 14"', "product", "31.90", "The one that we use ourselves", 3),
    Offer("Microfiber cloth, dozen", "product", "22.49", "Washable, lint free", 6),
    Offer("Glass soap, quart", "product", "9.95", "Concentrate: one capful to a bucket", 8),
    Offer("Water-fed pole, 18 ft", "product", "189.00", "Carbon, with brush", 1),
    Offer("Replacement screen mesh, roll", "product", "48.75", "Gray fiberglass", 2),
    Offer("Gift certificate", "product", "100.00", "Good for any of our work", 3, exempt=True),
)

CUSTOM_LINES = (
    ("Bee nest worked around", "Extra care at the south gable", "22.00"),
    ("Glass etched by sprinkler", "Polished by hand, no guarantee", "88.88"),
    ("Scaffold rental", "Charged through from the yard:\nthree days, two towers", "412.37"),
    ("Wax drips in the chapel", "Candle wax lifted from leaded glass", "64.50"),
    ("Ornate transom", "Cotton swabs and patience", "37.255"),
)

CREDITS = (
    ("Loyalty credit", "Thank you for five years", "-15.00"),
    ("Credit for missed pane", "From the last visit", "-11.50"),
    ("Refer-a-neighbor credit", "Your neighbor booked us", "-25.00"),
)

HEADINGS = ("Front of the house", "Second floor", "Rear and garden", "Lobby", "Storefront", "Roof level", "Annual plan")

TEXTS = (
    "Upstairs bath window painted shut: not cleaned.",
    "Next visit is due in about six months.",
    "Crew: two, arrived 8:05, left 11:40. Weather dry.",
    "Prices include water and disposal.",
    "Señora Peña let us in; alarm code was changed.",
)

MESSAGES = (
    "Thank you for letting us brighten your view!",
    "Payment by check or card is welcome. Questions? Just call.",
    "We plant a tree for every tenth visit.",
    "À bientôt – we will be back in spring.",
)

METHODS = ("Check", "Cash", "Credit card", "ACH", "Zelle")
