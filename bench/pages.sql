-- A business of three years for `pages.py`: contacts, services, invoices of 4 lines, payments, their history, and the
-- bridge's rows as if all of it were in QuickBooks. Triggers are off, so what they keep (paid, changes) is written here.
SET session_replication_role = replica;

CREATE TEMP TABLE first_names AS SELECT i, name FROM unnest(ARRAY[
  'Ann','Bob','Carla','Dan','Eva','Frank','Grace','Hugo','Ines','Jack','Kate','Liam','Mona','Nick','Olga','Paul','Quinn',
  'Rosa','Sam','Tina','Umar','Vera','Will','Xenia','Yann','Zoe','Alma','Bruno','Clara','Diego']) WITH ORDINALITY AS t(name, i);
CREATE TEMP TABLE last_names AS SELECT i, name FROM unnest(ARRAY[
  'Smith','Johnson','Lee','Garcia','Miller','Davis','Martin','Wilson','Moore','Taylor','White','Harris','Clark','Lewis',
  'Walker','Hall','Young','King','Wright','Hill','Scott','Green','Adams','Baker','Nelson','Carter','Perez','Turner',
  'Parker','Evans','Collins','Stewart','Morris','Rogers','Reed','Cook','Morgan']) WITH ORDINALITY AS t(name, i);

INSERT INTO contacts_contact (workspace_id, kind, display_name, company, first_name, last_name, billing_street, billing_city,
    billing_region, billing_postal_code, billing_country, notes, tax_exempt, tax_exempt_reason, tax_exempt_certificate,
    created_by_id, created_at, updated_at, version)
SELECT %(workspace)s, CASE WHEN mod(n, 5) = 0 THEN 'company' ELSE 'person' END, f.name || ' ' || l.name || ' ' || n,
       CASE WHEN mod(n, 5) = 0 THEN l.name || ' & Sons ' || n ELSE '' END, f.name, l.name, n || ' Main Street',
       'Springfield', 'OR', '97477', 'USA', 'Gate code ' || n, false, '', '', %(member)s,
       now() - make_interval(hours => n), now() - make_interval(hours => n), 1
  FROM generate_series(1, %(contacts)s) AS n
  JOIN first_names f ON f.i = mod(n * 7, 30) + 1 JOIN last_names l ON l.i = mod(n * 11, 37) + 1;
INSERT INTO contacts_contactemail (contact_id, position, address)
SELECT id, 1, lower(first_name || '.' || last_name || id || '@example.com') FROM contacts_contact;
INSERT INTO contacts_contactphone (contact_id, position, number)
SELECT id, 1, '555-' || lpad(mod(id * 7919, 10000000)::text, 7, '0') FROM contacts_contact;
INSERT INTO contacts_serviceaddress (contact_id, position, street, city, region, postal_code, country)
SELECT id, 1, id || ' Elm Street', 'Eugene', 'OR', '97401', 'USA' FROM contacts_contact;

INSERT INTO catalogue_service (workspace_id, kind, name, sku, description, unit_price, tax_exempt, income_account, created_at,
    updated_at, version)
SELECT %(workspace)s, CASE WHEN mod(n, 3) = 0 THEN 'product' ELSE 'service' END, 'Window cleaning no. ' || n, 'WC-' || n,
       'Inside and outside, frames and sills, with a written report of number ' || n, 20 + mod(n * 37, 400), mod(n, 9) = 0,
       '', now(), now(), 1
  FROM generate_series(1, %(services)s) AS n;

CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM contacts_contact;
CREATE TEMP TABLE goods AS SELECT row_number() OVER (ORDER BY id) AS n, id, name FROM catalogue_service;
CREATE UNIQUE INDEX ON people (n);
CREATE UNIQUE INDEX ON goods (n);

-- Every 25th invoice is the biggest customer's.
INSERT INTO invoicing_invoice (workspace_id, ref, number, name, contact_id, status, issue_date, due_date, service_street,
    service_city, service_region, service_postal_code, service_country, discount_kind, discount_value, tax_rate_name,
    tax_rate_percent, contact_tax_exempt, required_deposit_kind, required_deposit_value, message, subtotal, discount,
    taxable_base, tax, total, paid, created_by_id, created_at, updated_at, issued_at, version)
SELECT %(workspace)s, lpad(to_hex(g), 8, '0'), (1000 + g)::text, CASE WHEN mod(g, 4) = 0 THEN 'Spring cleaning' ELSE '' END,
       people.id,
       CASE WHEN mod(g, 100) = 0 THEN 'draft' WHEN mod(g, 100) = 1 THEN 'scheduled' WHEN mod(g, 100) = 2 THEN 'cancelled'
            ELSE 'issued' END,
       current_date - mod(g * 13, 1095), current_date - mod(g * 13, 1095) + 30, '', '', '', '', '', '', 0, 'City', 8.25,
       false, CASE WHEN mod(g, 10) = 0 THEN 'percent' ELSE '' END, CASE WHEN mod(g, 10) = 0 THEN 30 ELSE 0 END,
       'Thank you.', 0, 0, 0, 0, 0, 0, %(member)s, now() - make_interval(mins => g), now() - make_interval(mins => g),
       now() - make_interval(mins => g), 1
  FROM generate_series(1, %(invoices)s) AS g
  JOIN people ON people.n = CASE WHEN mod(g, 25) = 0 THEN 1 ELSE mod(g * 7, %(contacts)s) + 1 END;
CREATE TEMP TABLE bills AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM invoicing_invoice;
CREATE UNIQUE INDEX ON bills (n);
INSERT INTO invoicing_invoiceline (invoice_id, position, kind, service_id, name, description, quantity, unit_price,
    tax_exempt, amount)
SELECT bills.id, p, 'service', goods.id, goods.name, 'Inside and outside', 1, 20 + mod(bills.n * p, 380), false,
       20 + mod(bills.n * p, 380)
  FROM bills CROSS JOIN generate_series(1, 4) AS p JOIN goods ON goods.n = mod(bills.n * 3 + p, %(services)s) + 1;
UPDATE invoicing_invoice i
   SET subtotal = s.amount, taxable_base = s.amount, tax = round(s.amount * 0.0825, 2),
       total = s.amount + round(s.amount * 0.0825, 2)
  FROM (SELECT invoice_id, sum(amount) AS amount FROM invoicing_invoiceline GROUP BY invoice_id) s
 WHERE s.invoice_id = i.id;

-- Payments of issued invoices; one in seven pays half.
CREATE TEMP TABLE paid AS
SELECT row_number() OVER (ORDER BY mod(b.n * 7, %(invoices)s)) AS n, i.id AS invoice_id, i.contact_id, i.issue_date,
       CASE WHEN mod(b.n, 7) = 0 THEN round(i.total / 2, 2) ELSE i.total END AS amount
  FROM bills b JOIN invoicing_invoice i ON i.id = b.id WHERE i.status = 'issued'
 ORDER BY mod(b.n * 7, %(invoices)s) LIMIT %(payments)s;
INSERT INTO payments_payment (workspace_id, ref, contact_id, paid_at, paid_on, amount, method, description, reference,
    created_by_id, created_at, updated_at, version, external_id)
SELECT %(workspace)s, lpad(to_hex(n), 8, '0'), contact_id, now() - make_interval(days => mod(n::int * 13, 1095)),
       current_date - mod(n::int * 13, 1095), amount,
       (ARRAY['Check','Cash','Credit card','Bank transfer'])[mod(n::int, 4) + 1], '', (20000 + n)::text, %(member)s,
       now() - make_interval(mins => n::int), now() - make_interval(mins => n::int), 1, 'p' || n
  FROM paid;
INSERT INTO payments_allocation (payment_id, invoice_id, amount)
SELECT p.id, paid.invoice_id, paid.amount FROM paid JOIN payments_payment p ON p.external_id = 'p' || paid.n;
UPDATE invoicing_invoice i SET paid = a.amount
  FROM (SELECT invoice_id, sum(amount) AS amount FROM payments_allocation GROUP BY invoice_id) a WHERE a.invoice_id = i.id;

INSERT INTO workspaces_historyentry (workspace_id, kind, record_id, label, action, at, by, by_command, reason, old, new)
SELECT %(workspace)s, 'invoice', id, number, 'issued', updated_at, 'owner@example.com', false, '', NULL,
       jsonb_build_object('total', total::text) FROM invoicing_invoice WHERE status <> 'draft';
INSERT INTO workspaces_historyentry (workspace_id, kind, record_id, label, action, at, by, by_command, reason, old, new)
SELECT %(workspace)s, 'payment', id, amount || ' on ' || paid_on, 'recorded', updated_at, 'owner@example.com', false, '',
       NULL, jsonb_build_object('amount', amount::text) FROM payments_payment;
INSERT INTO invoicing_invoicepage (invoice_id, token, made_by_id, made_at)
SELECT id, md5(id::text), %(member)s, now() FROM invoicing_invoice WHERE status = 'issued';

-- The bridge: everything linked and clean but 500 changes that wait; 400 problems; a request to 30 records.
CREATE TEMP TABLE records AS
SELECT row_number() OVER () AS n, kind, record_id, at FROM (
  SELECT 1 AS kind, id AS record_id, updated_at AS at FROM contacts_contact
  UNION ALL SELECT 2, id, updated_at FROM catalogue_service
  UNION ALL SELECT 3, id, updated_at FROM invoicing_invoice WHERE status = 'issued'
  UNION ALL SELECT 4, id, updated_at FROM payments_payment) everything;
INSERT INTO quickbooks_change (workspace_id, kind, record_id, revision, dirty)
SELECT %(workspace)s, kind, record_id, 1, mod(n, 200) = 0 FROM records;
INSERT INTO quickbooks_link (workspace_id, realm_id, kind, record_id, generation, entity_id, sync_token, name, name_key,
    wanted, fingerprint, pushed_revision, owned, lines, refers_to, voided, amount_only, stale, attempts, pushed_at,
    held_revision)
SELECT %(workspace)s, %(realm)s, kind, record_id, 1, n::text, '0', '', '', '', 'f', 1, '{}', '[]', '{}', false, false, false,
       0, at + interval '1 second', CASE WHEN mod(n, 400) = 0 THEN 1 END
  FROM records;
INSERT INTO quickbooks_request (id, connection_id, lease_number, purpose, lane, method, path, params, content_type, state,
    committed_at, answered_at, status, tid, elapsed_ms, reason)
SELECT md5('r' || b)::uuid, %(connection)s, 1, 'push', 'batch', 'POST', '/batch', '[]', '', 'settled',
       now() - make_interval(mins => b), now() - make_interval(mins => b), 200, 'tid-' || b, 900, ''
  FROM generate_series(0, (SELECT count(*)::int / 30 FROM records)) AS b;
INSERT INTO quickbooks_requestitem (request_id, bid, link_id, operation, revision, changed, settled, code)
SELECT md5('r' || (row_number() OVER (ORDER BY id) / 30))::uuid, '1', id, 'create', 1, '[]', true, '' FROM quickbooks_link;
INSERT INTO quickbooks_problem (connection_id, kind, record_id, label, cause, text, remedy, detail, opened_at, closed_at,
    closed_by, close_reason)
SELECT %(connection)s, kind, record_id, 'record ' || n, (ARRAY['name_held','number_taken','closed_books'])[mod(n / 400, 3)::int + 1],
       'QuickBooks says that this is held by something else.', 'Choose another one.', '{}', at,
       CASE WHEN mod(n, 800) = 0 THEN now() END, '', ''
  FROM records WHERE mod(n, 400) = 0;
INSERT INTO quickbooks_run (connection_id, started_at, started_by, finished_at, counts)
VALUES (%(connection)s, now() - interval '1 minute', 'owner@example.com', NULL,
        '{"contact": 1000, "service": 500, "invoice": 20000, "payment": 10000}');

SET session_replication_role = origin;
