-- Records in bulk, as an import writes them: customers with an address, services, invoices of 4 lines, one payment each
-- on the first invoices. `tag` begins names and numbers, so that a second lot can follow; each lot uses its own customers
-- and services, or where it brings none, all that the workspace has.
INSERT INTO contacts_contact (workspace_id, kind, display_name, company, first_name, last_name, billing_street,
    billing_city, billing_region, billing_postal_code, billing_country, notes, tax_exempt, tax_exempt_reason,
    tax_exempt_certificate, created_at, updated_at, version, external_id)
SELECT %(workspace)s, 'person', 'Customer ' || %(tag)s || ' ' || n, '', 'Customer', %(tag)s || n, n || ' Main Street',
       'Springfield', 'OR', '97477', 'USA', '', false, '', '', now(), now(), 1, 'c' || %(tag)s || n
  FROM generate_series(1, %(contacts)s) AS n;
INSERT INTO contacts_contactemail (contact_id, position, address)
SELECT id, 1, lower(external_id || '@example.com') FROM contacts_contact
 WHERE workspace_id = %(workspace)s AND external_id LIKE 'c' || %(tag)s || '%%';

INSERT INTO catalogue_service (workspace_id, kind, name, sku, description, unit_price, tax_exempt, income_account,
    created_at, updated_at, version, external_id)
SELECT %(workspace)s, 'service', 'Service ' || %(tag)s || ' ' || n, '', 'Inside and outside, frames and sills',
       20 + mod(n * 37, 400), false, '', now(), now(), 1, 's' || %(tag)s || n
  FROM generate_series(1, %(services)s) AS n;

CREATE TEMP TABLE people ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) AS n, id FROM contacts_contact
 WHERE workspace_id = %(workspace)s AND (%(contacts)s = 0 OR external_id LIKE 'c' || %(tag)s || '%%');
CREATE TEMP TABLE goods ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) AS n, id, name, unit_price FROM catalogue_service
 WHERE workspace_id = %(workspace)s AND (%(services)s = 0 OR external_id LIKE 's' || %(tag)s || '%%');
CREATE UNIQUE INDEX ON people (n);
CREATE UNIQUE INDEX ON goods (n);
ANALYZE people;
ANALYZE goods;

CREATE TEMP TABLE lines ON COMMIT DROP AS
SELECT g AS n, p AS position, goods.id AS service_id, goods.name, goods.unit_price, 1 + mod(g, 3) AS quantity,
       goods.unit_price * (1 + mod(g, 3)) AS amount
  FROM generate_series(1, %(invoices)s) AS g CROSS JOIN generate_series(1, %(lines)s) AS p
  JOIN goods ON goods.n = mod(g * 3 + p, (SELECT count(*) FROM goods)) + 1;
ANALYZE lines;
INSERT INTO invoicing_invoice (workspace_id, external_id, ref, number, name, contact_id, status, issue_date, due_date,
    service_street, service_city, service_region, service_postal_code, service_country, discount_kind, discount_value,
    tax_rate_name, tax_rate_percent, contact_tax_exempt, required_deposit_kind, required_deposit_value, message, subtotal,
    discount, taxable_base, tax, total, created_at, updated_at, issued_at, version)
SELECT %(workspace)s, 'i' || %(tag)s || g, substr(md5(%(tag)s || 'i' || g), 1, 8), %(tag)s || g, '', people.id, 'issued',
       DATE '2026-01-01' + mod(g, 300)::int, DATE '2026-01-31' + mod(g, 300)::int, '', '', '', '', '', '', 0, 'City', 8.25,
       false, '', 0, 'Thank you.', sums.amount, 0, sums.amount, round(sums.amount * 0.0825, 2),
       sums.amount + round(sums.amount * 0.0825, 2), now(), now(), now(), 1
  FROM generate_series(1, %(invoices)s) AS g
  JOIN people ON people.n = mod(g * 7, (SELECT count(*) FROM people)) + 1
  JOIN (SELECT n, sum(amount) AS amount FROM lines GROUP BY n) AS sums ON sums.n = g;
CREATE TEMP TABLE bills ON COMMIT DROP AS
SELECT substr(external_id, 2 + length(%(tag)s))::int AS n, id, contact_id, issue_date, total FROM invoicing_invoice
 WHERE workspace_id = %(workspace)s AND external_id LIKE 'i' || %(tag)s || '%%';
CREATE UNIQUE INDEX ON bills (n);
ANALYZE bills;
INSERT INTO invoicing_invoiceline (invoice_id, position, kind, service_id, name, description, quantity, unit_price,
    tax_exempt, amount)
SELECT bills.id, lines.position, 'service', lines.service_id, lines.name, 'Inside and outside', lines.quantity,
       lines.unit_price, false, lines.amount
  FROM bills JOIN lines USING (n);

INSERT INTO payments_payment (workspace_id, external_id, ref, contact_id, paid_at, paid_on, amount, method, description,
    reference, created_at, updated_at, version)
SELECT %(workspace)s, 'p' || %(tag)s || n, substr(md5(%(tag)s || 'p' || n), 1, 8), contact_id, issue_date, issue_date,
       total, 'Check', '', (20000 + n)::text, now(), now(), 1
  FROM bills WHERE n <= %(payments)s;
ANALYZE payments_payment;
INSERT INTO payments_allocation (payment_id, invoice_id, amount)
SELECT payment.id, bills.id, bills.total
  FROM bills JOIN payments_payment payment
    ON payment.workspace_id = %(workspace)s AND payment.external_id = 'p' || %(tag)s || bills.n;
