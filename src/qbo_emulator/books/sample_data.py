"""The sandbox's lists as data (section 10): accounts, items, customers, vendors, employees, in the order of their
ids.
"""

from __future__ import annotations

from qbo_emulator.books.seed import AccountLine

_EXPENSE, _INCOME = "Expense", "Income"
_LANDSCAPE = "Landscaping Services"
_JOBS = "Job Expenses"

ACCOUNTS: tuple[AccountLine, ...] = (
    ("Services", _INCOME, "ServiceFeeIncome"),
    ("Retained Earnings", "Equity", "RetainedEarnings"),
    ("Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Fees Billed", _INCOME, "ServiceFeeIncome"),
    ("Refunds-Allowances", _INCOME, "DiscountsRefundsGiven"),
    ("Advertising", _EXPENSE, ""),
    ("Bank Charges", _EXPENSE, "BankCharges"),
    ("Commissions & fees", _EXPENSE, ""),
    ("Dues & Subscriptions", _EXPENSE, ""),
    ("Insurance", _EXPENSE, ""),
    ("Legal & Professional Fees", _EXPENSE, ""),
    ("Meals and Entertainment", _EXPENSE, ""),
    ("Miscellaneous", "Other Expense", ""),
    ("Office Expenses", _EXPENSE, ""),
    ("Promotional", _EXPENSE, ""),
    ("Rent or Lease", _EXPENSE, ""),
    ("Stationery & Printing", _EXPENSE, ""),
    ("Supplies", _EXPENSE, ""),
    ("Taxes & Licenses", _EXPENSE, ""),
    ("Travel", _EXPENSE, ""),
    ("Travel Meals", _EXPENSE, ""),
    ("Utilities", _EXPENSE, ""),
    ("Interest Earned", "Other Income", ""),
    ("Other Portfolio Income", "Other Income", ""),
    ("Penalties & Settlements", "Other Expense", ""),
    ("Disposal Fees", _EXPENSE, ""),
    ("Equipment Rental", _EXPENSE, ""),
    ("Uncategorized Income", _INCOME, ""),
    ("Uncategorized Expense", _EXPENSE, ""),
    ("Uncategorized Asset", "Other Current Asset", ""),
    ("Accounts Payable (A/P)", "Accounts Payable", ""),
    ("Opening Balance Equity", "Equity", ""),
    ("Checking", "Bank", "Checking"),
    ("Savings", "Bank", "Savings"),
    ("Truck", "Fixed Asset", ""),
    ("Truck:Original Cost", "Fixed Asset", ""),
    ("Truck:Depreciation", "Fixed Asset", ""),
    ("Depreciation", "Other Expense", ""),
    ("Mastercard", "Credit Card", ""),
    ("Visa", "Credit Card", ""),
    ("Loan Payable", "Other Current Liability", ""),
    ("Notes Payable", "Long Term Liability", ""),
    (_LANDSCAPE, _INCOME, "OtherPrimaryIncome"),
    (f"{_LANDSCAPE}:Job Materials", _INCOME, ""),
    (f"{_LANDSCAPE}:Job Materials:Decks and Patios", _INCOME, ""),
    (f"{_LANDSCAPE}:Job Materials:Fountains and Garden Lighting", _INCOME, ""),
    (f"{_LANDSCAPE}:Job Materials:Plants and Soil", _INCOME, ""),
    (f"{_LANDSCAPE}:Job Materials:Sprinklers and Drip Systems", _INCOME, ""),
    (f"{_LANDSCAPE}:Labor", _INCOME, ""),
    (f"{_LANDSCAPE}:Labor:Installation", _INCOME, ""),
    (f"{_LANDSCAPE}:Labor:Maintenance and Repair", _INCOME, ""),
    ("Pest Control Services", _INCOME, ""),
    ("Automobile", _EXPENSE, ""),
    ("Automobile:Fuel", _EXPENSE, ""),
    ("Insurance:Workers Compensation", _EXPENSE, ""),
    (_JOBS, _EXPENSE, ""),
    (f"{_JOBS}:Cost of Labor", _EXPENSE, ""),
    (f"{_JOBS}:Cost of Labor:Installation", _EXPENSE, ""),
    (f"{_JOBS}:Cost of Labor:Maintenance and Repairs", _EXPENSE, ""),
    (f"{_JOBS}:Equipment Rental", _EXPENSE, ""),
    (f"{_JOBS}:Job Materials", _EXPENSE, ""),
    (f"{_JOBS}:Job Materials:Decks and Patios", _EXPENSE, ""),
    (f"{_JOBS}:Job Materials:Fountain and Garden Lighting", _EXPENSE, ""),
    (f"{_JOBS}:Job Materials:Plants and Soil", _EXPENSE, ""),
    (f"{_JOBS}:Job Materials:Sprinklers and Drip Systems", _EXPENSE, ""),
    (f"{_JOBS}:Permits", _EXPENSE, ""),
    ("Legal & Professional Fees:Accounting", _EXPENSE, ""),
    ("Legal & Professional Fees:Bookkeeper", _EXPENSE, ""),
    ("Legal & Professional Fees:Lawyer", _EXPENSE, ""),
    ("Maintenance and Repair", _EXPENSE, ""),
    ("Maintenance and Repair:Building Repairs", _EXPENSE, ""),
    ("Maintenance and Repair:Computer Repairs", _EXPENSE, ""),
    ("Maintenance and Repair:Equipment Repairs", _EXPENSE, ""),
    ("Utilities:Gas and Electric", _EXPENSE, ""),
    ("Utilities:Telephone", _EXPENSE, ""),
    ("Purchases", _EXPENSE, ""),
    ("Sales of Product Income", _INCOME, "SalesOfProductIncome"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Design income", _INCOME, ""),
    ("Other Income", _INCOME, ""),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Billable Expense Income", _INCOME, ""),
    ("Discounts given", _INCOME, "DiscountsRefundsGiven"),
    ("Unapplied Cash Payment Income", _INCOME, ""),
    ("Unapplied Cash Bill Payment Expense", _EXPENSE, ""),
    ("Arizona Dept. of Revenue Payable", "Other Current Liability", "GlobalTaxPayable"),
    ("Board of Equalization Payable", "Other Current Liability", "GlobalTaxPayable"),
)
# Ids run from 1, but none has 18 (F10.1-11).
MISSING_ACCOUNT_ID = 18

# (name, price, taxable, income account); the first two are every company's (section 10.2).
Service = tuple[str, str, bool, str]
# The same with what it costs and how many there are ("": not told, ours). All are in accounts 80 and 81.
Inventory = tuple[str, str, bool, str, str, str]
ITEMS: tuple[Service | Inventory, ...] = (
    ("Concrete", "0", True, "48"),
    ("Design", "75", False, "82"),
    ("Rock Fountain", "275", True, "79", "125", "2"),
    ("Gardening", "0", False, "45"),
    ("Installation", "50", False, "52"),
    ("Lighting", "0", True, "48"),
    ("Maintenance & Repair", "0", False, "53"),
    ("Pest Control", "35", False, "54"),
    ("Pump", "15", True, "79", "10", "25"),
    ("Refunds & Allowances", "0", False, "83"),
    ("Rocks", "0", True, "48"),
    ("Sod", "0", True, "49"),
    ("Soil", "10", True, "49"),
    ("Sprinkler Heads", "2", True, "79", "0.75", "25"),
    ("Sprinkler Pipes", "4", True, "79", "2.5", "31"),
    ("Trimming", "35", False, "45"),
)
# What is bought as well: (item, cost, expense account).
BOUGHT = ("Soil", "6.5", "66")

# name | e-mail | phone | street, city, state, code (section 10.3); a leading number is the parent's id.
CUSTOMERS = """\
Amy's Bird Sanctuary|Birds@Intuit.com|(650) 555-3311|4581 Finch St.|Bayshore|CA|94326
Bill's Windsurf Shop|Surf@Intuit.com|(415) 444-6538|12 Ocean Dr.|Half Moon Bay|CA|94213
Cool Cars|Cool_Cars@intuit.com|(415) 555-9933|65 Ocean Dr.|Half Moon Bay|CA|94213
Diego Rodriguez|Diego@Rodriguez.com|(650) 555-4477|321 Channing|Palo Alto|CA|94303
Dukes Basketball Camp|Dukes_bball@intuit.com|(520) 420-5638|25 Court St.|Tucson|AZ|85719
Dylan Sollfrank||||||
Freeman Sporting Goods|Sporting_goods@intuit.com|(650) 555-0987|370 Easy St.|Middlefield|CA|94482
7:0969 Ocean View Road|Sporting_goods@intuit.com|(415) 555-9933|370 Easy St.|Middlefield|CA|94482
7:55 Twin Lane|Sporting_goods@intuit.com|(650) 555-0987|370 Easy St.|Middlefield|CA|94482
Geeta Kalapatapu|Geeta@Kalapatapu.com|(650) 555-0022|1987 Main St.|Middlefield|CA|94303
Gevelber Photography|Photography@intuit.com|(415) 222-4345|1045 Main St.|Half Moon Bay|CA|94213
Jeff's Jalopies|Jalopies@intuit.com|(650) 555-8989|12 Willow Rd.|Menlo Park|CA|94305
John Melton|John@Melton.com|(650) 555-5879|85 Pine St.|Menlo Park|CA|94304
Kate Whelan|Kate@Whelan.com|(650) 554-8822|45 First St.|Menlo Park|CA|94304
Pye's Cakes|pyescakes@intuit.com|(973) 555-4652|350 Mountain View Dr.|South Orange|NJ|07079
Kookies by Kathy|qbwebsamplecompany@yahoo.com|(650) 555-7896|789 Sugar Lane|Middlefield|CA|94303
Mark Cho|Mark@Cho.com|(650) 554-1479|36 Willow Rd|Menlo Park|CA|94304
Paulsen Medical Supplies|Medical@intuit.com|(650) 557-4569|900 Main St.|Middlefield|CA|94303
Rago Travel Agency|Rago_Travel@intuit.com|(650) 555-1596|753 Cedar St.|Bayshore|CA|94326
Red Rock Diner|qbwebsamplecompany@yahoo.com|(650) 555-4973|500 Red Rock Rd.|Bayshore|CA|94326
Rondonuwu Fruit and Vegi|Tony@Rondonuwu.com|(650) 555-2645|847 California Ave.|San Jose|CA|95021
Shara Barnett|Shara@Barnett.com|(650) 555-4563|77 University|Palo Alto|CA|94303
22:Barnett Design|Design@intuit.com|(650) 557-1289|19 Main St.|Middlefield|CA|94303
Sonnenschein Family Store|Familiystore@intuit.com|(650) 557-8463|5647 Cypress Hill Ave.|Middlefield|CA|94303
Sushi by Katsuyuki|Sushi@intuit.com|(505) 570-0147|898 Elm St.|Maplewood|NJ|07040
Travis Waldron|Travis@Waldron.com|(650) 557-9977|78 First St.|Monlo Park|CA|94304
Video Games by Dan|Videogames@intuit.com|(650) 555-3456|202 Main St.|Tucson|AZ|85704
Wedding Planning by Whitney|Dream_Wedding@intuit.com|(650) 557-2473|135 Broadway|Menlo Park|CA|94304
Weiskopf Consulting|Consulting@intuit.com|(650) 555-1423|45612 Main St.|Bayshore|CA|94326"""
TAXABLE_CUSTOMERS = ("1", "5")

VENDORS = (
    *("Books by Bessie", "Brosnahan Insurance Agency", "Cal Telephone", "Chin's Gas and Oil"),
    *("Cigna Health Care", "Computers by Jenni", "Diego's Road Warrior Bodyshop", "EDD"),
    *("Ellis Equipment Rental", "Fidelity", "Hall Properties", "Hicks Hardware", "Lee Advertising"),
    *("Mahoney Mugs", "Met Life Dental", "National Eye Care", "Norton Lumber and Building Materials"),
    *("Pam Seitz", "PG&E", "Robertson & Associates", "Tania's Nursery", "Tim Philip Masonry"),
    *("Tony Rondonuwu", "United States Treasury"),
)
INACTIVE_VENDOR = "United States Treasury"
EMPLOYEES = (("John", "Johnson"), ("Emily", "Platt"))
LATER_VENDORS = ("Bob's Burger Joint", "Squeaky Kleen Car Wash")

# Our own invoices that make the balances of section 10.3: (customer, days ago, lines as (item, qty, price),
# tax code or "", discount percent or "", amount paid or "").
Sale = tuple[str, int, tuple[tuple[str, str, str], ...], str, str, str]
SALES: tuple[Sale, ...] = (
    ("1", 75, (("18", "10", "35"), ("6", "1", "50")), "", "", "161"),
    ("1", 40, (("10", "10", "35"), ("6", "1", "50")), "", "", ""),
    ("2", 60, (("10", "1", "85"),), "", "", ""),
    ("3", 55, (("15", "12", "10"),), "2", "", "129.60"),
    ("5", 90, (("18", "2", "35"),), "", "", "70"),
    ("9", 48, (("10", "1", "85"),), "", "", ""),
    ("10", 70, (("3", "20", "12.5"), ("13", "10", "33.25")), "2", "", ""),
    ("11", 64, (("4", "4", "75"),), "", "", "300"),
    ("12", 58, (("13", "6", "12.5"),), "2", "", ""),
    ("13", 33, (("4", "6", "75"),), "", "", ""),
    ("16", 29, (("4", "1", "75"),), "", "", ""),
    ("17", 52, (("3", "12", "24.25"),), "2", "", ""),
    ("18", 44, (("4", "4", "75"), ("7", "5", "50"), ("6", "1", "455")), "", "5", ""),
    ("20", 37, (("10", "4", "35"), ("6", "1", "86")), "", "", ""),
    ("21", 41, (("6", "1", "78.6"),), "", "", ""),
    ("23", 25, (("4", "3.5", "75"), ("6", "1", "12")), "", "", ""),
    ("24", 46, (("3", "10", "27.525"), ("15", "6", "10")), "2", "", ""),
    ("25", 22, (("10", "4", "35"), ("6", "1", "20")), "", "", ""),
    ("26", 35, (("14", "24", "16"),), "2", "", ""),
    ("29", 18, (("4", "5", "75"),), "", "", ""),
)
