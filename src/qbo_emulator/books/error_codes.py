"""Every error code of the Accounting API in one table: status, type of fault, message, detail, element (section 9.3).

`recorded` tells whose words they are: True as seen in a real answer, False our own plain words for a code that is only
documented. A detail has places such as {name}; `example` fills them when a code is answered on demand, without a
situation of its own. When a code is raised is for the rules that raise it, how it looks on the wire for the routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VALIDATION, SYSTEM = "ValidationFault", "SystemFault"
AUTHENTICATION, AUTHORIZATION = "AuthenticationFault", "AuthorizationFault"
GATEWAY, GATEWAY_SIGN_IN = "SERVICE", "AUTHENTICATION"  # types in the envelope of the gateway (F9.1-2)


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One code. `element` None: the key is absent; `timed` False: no `time` in the envelope (F9.1-1)."""

    code: str
    message: str
    detail: str
    element: str | None = ""
    status: int = 400
    kind: str = VALIDATION
    recorded: bool = False
    timed: bool = True
    example: Mapping[str, object] = field(default_factory=dict)


def _gateway(code: str, status: int, kind: str, name: str, detail: str, recorded: bool) -> ErrorCode:
    """What the gateway answers before any books are opened (F9.1-3)."""
    message = f"message={name}; errorCode=00{code}; statusCode={status}"
    example = {"token": "eyJlbmMi"}
    return ErrorCode(code, message, detail, None, status, kind, recorded, example=example)


def _form(code: str, message: str) -> ErrorCode:
    """A value of the wrong form for its kind: all are answered alike, with the field and what was sent."""
    example = {"name": "TxnDate", "supplied": "soon"}
    return ErrorCode(code, message, message + " : {name}. Supplied value:{supplied}", "{name}", example=example)


def _free(code: str, message: str, detail: str, element: str | None = "") -> ErrorCode:
    """A rule in words of our own; {text} says what is wrong in this case."""
    return ErrorCode(code, message, message + " : {text}", element, example={"text": detail, "name": "Name"})


_GATEWAY_CODES = (
    _gateway("3001", 429, GATEWAY, "ThrottleExceeded", "The request limit was reached.  Try again later", True),
    _gateway("3100", 403, GATEWAY, "ApplicationAuthorizationFailed", "", True),
    _gateway("3200", 401, GATEWAY_SIGN_IN, "AuthenticationFailed", "Token expired: {token}...", True),
    _gateway("3202", 401, GATEWAY_SIGN_IN, "EmptyField", "The access token is missing.", False),
)

_ACCESS_CODES = (
    ErrorCode("100", "General Authentication Error", "The caller is not signed in.", "", 401, AUTHENTICATION),
    ErrorCode("110", "Authentication OAuth Error", "The access token is not valid.", "", 401, AUTHENTICATION),
    ErrorCode(
        "120",
        "Authorization Failure",
        "AuthorizationFailure: -11014-You do not have access to QuickBooks Online.",
        status=401,
        kind=AUTHORIZATION,
        recorded=True,
    ),
    # Which status these three have is not known; a call that they answer was not looked at (F9.3-7).
    ErrorCode("130", "Accessing Wrong Cluster", "The company lives on another cluster.", "", 503, AUTHORIZATION),
    ErrorCode("140", "Company Locked Out", "The company is locked for the moment.", "", 503, AUTHORIZATION),
    ErrorCode("150", "Company Under Maintenance", "The company is under maintenance.", "", 503, AUTHORIZATION),
)

_GENERAL_CODES = (
    ErrorCode(
        "500",
        "Unsupported Operation",
        "Operation {what} is not supported.",
        None,
        recorded=True,
        example={"what": "merge"},
    ),
    _free("600", "Duplicate Request ID", "this request id was used before."),
    ErrorCode(
        "610",
        "Object Not Found",
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, {customers}, items, vendors or employees.",
        recorded=True,
        example={"customers": "customers"},
    ),
    _free("620", "Txn ID Cannot Be Linked", "the transactions belong to different customers."),
    _free("630", "Duplicate Object", "an object with the same unique properties exists."),
    _free("700", "Parent Reference Invalid", "there is no such parent.", "ParentRef"),
    _free("800", "Cannot Delete Object", "other objects depend on it."),
    _free("900", "Parent Cannot Be Child", "an object cannot be its own parent or ancestor.", "ParentRef"),
    _free("1000", "Operation Failed", "the operation could not be completed."),
    _free("1010", "Create Failed", "the object could not be created."),
    _free("1020", "Update Failed", "the object could not be updated."),
    ErrorCode(
        "1040",
        "Batch size exceeds allowed limit",
        "A batch holds at most {most} items.",
        None,
        example={"most": 30},
    ),
)

_REQUEST_CODES = (
    _free("2000", "Invalid Object Name", "there is no such object.", None),
    ErrorCode(
        "2010",
        "Request has invalid or unsupported property",
        "{text}",
        None,
        recorded=True,
        example={
            "text": 'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice), '
            'not marked as ignorable (1 known properties: "DocNumber"])\n specified is unsupported or invalid'
        },
    ),
    ErrorCode(
        "2020",
        "Required param missing, need to supply the required value for the API",
        "Required parameter {name} is missing in the request",
        "{name}",
        recorded=True,
        example={"name": "Name"},
    ),
    ErrorCode(
        "2030",
        "Invalid ID",
        "Id should be a valid number. Supplied value:{supplied}",
        "Id",
        recorded=True,
        timed=False,
        example={"supplied": "1.5"},
    ),
    ErrorCode(
        "2040",
        "Invalid String",
        "{name} holds characters that are not allowed.",
        "{name}",
        example={"name": "DisplayName"},
    ),
    ErrorCode(
        "2050",
        "String length is either shorter or longer than supported by specification",
        "String length specified does not match the supported length. "
        "Min:0 Max:{longest} supported. Supplied length:{supplied}",
        "{name}",
        recorded=True,
        example={"name": "DocNumber", "longest": 21, "supplied": 25},
    ),
    _form("2060", "Invalid Date format"),
    _form("2070", "Invalid Date value"),
    _form("2080", "Invalid Number format"),
    _form("2090", "Invalid Number"),
    _form("2100", "Invalid Decimal"),
    _form("2110", "Invalid Amount"),
    _form("2120", "Invalid Type"),
    _form("2130", "Invalid Request Id Format"),
    _form("2140", "Invalid Percent"),
    _form("2150", "Invalid Decimal value"),
    _form("2160", "Invalid Quantity"),
    _form("2170", "Invalid Enumeration"),
    _form("2210", "Invalid Email Address format"),
    _form("2220", "Invalid Currency"),
    _form("2230", "Invalid Boolean"),
    ErrorCode(
        "2240",
        "Number out of range",
        "Number out of range. Min:{low} Max:{high}. Supplied value:{supplied}",
        "{name}",
        recorded=True,
        example={"name": "Amount", "low": "0", "high": "999,999,999", "supplied": "-44.94"},
    ),
    _free("2250", "No Lines", "the transaction has no lines.", "Line"),
    _free("2280", "Tax Amount Needed", "the amount of tax has to be given.", "TxnTaxDetail"),
    _form("2290", "Negative amount"),
    ErrorCode(
        "2500",
        "Invalid Reference Id",
        "Invalid Reference Id : {what} element id {supplied} not found",
        recorded=True,
        example={"what": "Names", "supplied": "583"},
    ),
    _free("2600", "Conflicting elements", "two elements of the request exclude each other.", "{name}"),
    _free("3000", "Custom field error", "the custom field is not valid.", "CustomField"),
    ErrorCode(
        "4000",
        "Error parsing query",
        "QueryParserError: {text}",
        None,
        recorded=True,
        example={
            "text": 'Invalid content. Lexical error at line 1, column 9.  Encountered: " " (32), after : "&"',
        },
    ),
    ErrorCode(
        "4001",
        "Invalid query",
        "QueryValidationError: {text}",
        None,
        recorded=True,
        example={"text": "invalid context declaration: Custmoer"},
    ),
    ErrorCode(
        "4002",
        "Error processing query",
        "QueryProcessingError: {text}",
        None,
        example={"text": "the query could not be carried out."},
    ),
    _free("5000", "Deprecated field is used in the request", "the field is no longer supported.", "{name}"),
    ErrorCode(
        "5010",
        "Stale Object Error",
        "Stale Object Error : You and {user} were working on this at the same time. "
        "{user} finished before you did, so your work was not saved.",
        recorded=True,
        example={"user": "Kim Doe"},
    ),
    _free("5020", "Permission Denied", "the plan or the user has no access to this feature."),
    _free("5030", "Feature Not Supported", "the company's plan does not have this feature."),
)

_BUSINESS_CODES = (
    ErrorCode(
        "6000",
        "A business validation error has occurred while processing your request",
        "Business Validation Error: {text}",
        recorded=True,
        example={"text": "You must fill out at least one detail line."},
    ),
    _free("6010", "Account type or sub-type is missing", "AccountType or AccountSubType is required.", "AccountType"),
    ErrorCode(
        "6070",
        "Amount calculation incorrect in the request",
        "Amount is not equal to UnitPrice * Qty. Supplied value:{supplied}",
        None,
        recorded=True,
        example={"supplied": "10.01"},
    ),
    _free("6080", "No Name Provided", "at least one name field is required.", "DisplayName"),
    _free(
        "6090",
        "Discount Line missing required info",
        "DiscountPercent is needed if PercentBased is true, else Amount.",
        "DiscountLineDetail",
    ),
    _free("6100", "Invalid Line TaxCode in the request", "a US company takes TAX or NON on a line.", "TaxCodeRef"),
    _free("6130", "Bill With Parent Cannot Change", "whom the customer is billed with is settled.", "BillWithParent"),
    ErrorCode(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has already been used."
        "{tail}",
        recorded=True,
        example={"tail": " DocNumber=1001 is assigned to TxnType=Invoice with TxnId=45823"},
    ),
    _free("6150", "Parent reference error", "ParentRef is needed here, or not allowed.", "ParentRef"),
    _free("6160", "Invalid TxnTaxCode", "CustomSalesTax cannot be used.", "TxnTaxCodeRef"),
    _free("6170", "TxnTaxDetail Not Allowed", "tax does not apply to this transaction.", "TxnTaxDetail"),
    _free("6180", "Too Many Levels", "a list has at most 5 levels.", "ParentRef"),
    ErrorCode(
        "6190",
        "Invalid Company Status",
        "Subscription period has ended or been canceled, or there was a billing problem : "
        "You can't access the company's data until it is resolved.",
        recorded=True,
    ),
    ErrorCode(
        "6200",
        "Account Period Closed",
        "Account Period Closed : The account period has closed and the account books cannot be updated through "
        "the QBO Services API. Please use the QBO website to make these changes.",
        recorded=True,
    ),
    _free("6210", "Account Period Closed", "changes in the closed period need a password."),
    ErrorCode(
        "6220",
        "Delete List Has Balance Error",
        "The entity you are trying to delete has an open balance. : "
        "This {customer} cannot be deleted because it has a non-zero balance",
        recorded=True,
        example={"customer": "customer"},
    ),
    _free("6230", "Invalid TaxCode", "CustomSalesTax cannot be used in this company.", "TxnTaxCodeRef"),
    ErrorCode(
        "6240",
        "Duplicate Name Exists Error",
        "The name supplied already exists. : {tail}",
        None,
        recorded=True,
        example={"tail": "null"},
    ),
    _free("6250", "Invalid Customer", "the customer is missing or inactive.", "CustomerRef"),
    _free("6270", "Invalid Inventory Date", "the date lies before the item's inventory start date."),
    _free("6280", "Customer Has Unbilled Charges", "bill the charges first."),
    _free("6420", "Email Address Required", "BillEmail is needed to send the form.", "BillEmail"),
    _free("6430", "Invalid account type used", "the account has the wrong type.", "{name}"),
    _free("6440", "Item Or Account Missing", "a line with an amount needs an item or an account.", "Line"),
    _free("6450", "Settled Transaction Cannot Be Voided", "make a refund receipt instead."),
    _free("6460", "Deposit Differs From Card Amount", "both amounts have to be the same."),
    _free("6470", "Tax Not Allowed", "there is no rate for this tax.", "TxnTaxDetail"),
    _free("6480", "Transaction Is Matched", "it is matched to a bank line; undo the match first."),
    _free("6520", "Invalid Inventory Quantity", "there is not enough in stock."),
    _free("6530", "Card Number In Request", "a raw card number must not be sent."),
    ErrorCode(
        "6540",
        "Deposited Transaction cannot be changed",
        "This transaction has been deposited. If you want to change or delete it, you must edit the deposit it "
        "appears on and remove it first.",
        recorded=True,
    ),
    # Not in the documented table; one third party shows it in these words (F9.3-69).
    ErrorCode("6560", "Invalid Transaction", "CustomerRef is missing in the request", "CustomerRef"),
)

_SYSTEM_CODES = (
    ErrorCode(
        "10000",
        "An application error has occurred while processing your request",
        "System Failure Error: {text}",
        status=500,
        kind=SYSTEM,
        recorded=True,
        example={"text": "An application error has occurred while processing your request"},
    ),
    ErrorCode(
        "10100",
        "Result Set Big Error",
        "Result Set Big Error : {text}",
        recorded=True,
        example={"text": "Report too large, please customize"},
    ),
    _free("10200", "Company Reset", "the company's data was erased; ids from before are void."),
)

ERROR_CODES: Mapping[str, ErrorCode] = {
    known.code: known
    for group in (
        *(_GATEWAY_CODES, _ACCESS_CODES, _GENERAL_CODES),
        *(_REQUEST_CODES, _BUSINESS_CODES, _SYSTEM_CODES),
    )
    for known in group
}
