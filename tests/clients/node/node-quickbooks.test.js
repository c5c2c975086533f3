// node-quickbooks as it is: everything that it offers for customers, items, invoices and payments.
'use strict'

const assert = require('node:assert/strict')
const { randomUUID } = require('node:crypto')
const { before, test } = require('node:test')
const { call, code, quickbooks } = require('./emulator.js')

let client
before(async () => { client = await quickbooks() })

const unique = (word) => `${word} ${randomUUID().slice(0, 8)}`
const customer = (name = unique("Ada & Söhne's")) => call(client, 'createCustomer', { DisplayName: name })

async function item () {
  const found = await call(client, 'findAccounts', { AccountType: 'Income', limit: 1 })
  const account = found.QueryResponse.Account[0]
  return call(client, 'createItem', { Name: unique('Windows'), Type: 'Service', IncomeAccountRef: { value: account.Id } })
}

function form (owner, sold, amount) {
  const detail = { ItemRef: { value: sold.Id }, Qty: 1, UnitPrice: amount }
  const line = { DetailType: 'SalesItemLineDetail', Amount: amount, SalesItemLineDetail: detail }
  return { CustomerRef: { value: owner.Id }, DocNumber: randomUUID().slice(0, 12), Line: [line] }
}

const invoice = (owner, sold, amount) => call(client, 'createInvoice', form(owner, sold, amount))

function payment (owner, paid, amount) {
  const line = { Amount: amount, LinkedTxn: [{ TxnId: paid.Id, TxnType: 'Invoice' }] }
  return call(client, 'createPayment', { CustomerRef: { value: owner.Id }, TotalAmt: amount, Line: [line] })
}

test('a customer is made, read, and changed sparsely and in full', async () => {
  const made = await customer()
  const sparse = await call(client, 'updateCustomer', { Id: made.Id, SyncToken: made.SyncToken, Notes: 'rings twice' })
  assert.equal(sparse.DisplayName, made.DisplayName)
  const whole = { Id: made.Id, SyncToken: sparse.SyncToken, DisplayName: made.DisplayName, sparse: false }
  const full = await call(client, 'updateCustomer', whole)
  assert.equal(full.Notes, undefined)
  assert.equal((await call(client, 'getCustomer', made.Id)).SyncToken, '2')
})

test('an old sync token is fault 5010', async () => {
  const made = await customer()
  const change = { Id: made.Id, SyncToken: made.SyncToken, Notes: 'new' }
  await call(client, 'updateCustomer', { ...change })
  await assert.rejects(call(client, 'updateCustomer', { ...change, Notes: 'newer' }), (error) => code(error) === '5010')
})

test('a paid invoice has no balance until its payment is voided', async () => {
  const [owner, sold] = [await customer(), await item()]
  const made = await invoice(owner, sold, 123.45)
  const paid = await payment(owner, made, 123.45)
  assert.equal((await call(client, 'getInvoice', made.Id)).Balance, 0)
  await call(client, 'voidPayment', { Id: paid.Id, SyncToken: paid.SyncToken })
  assert.equal((await call(client, 'getPayment', paid.Id)).TotalAmt, 0)
  assert.equal((await call(client, 'getInvoice', made.Id)).Balance, 123.45)
})

test('an invoice is voided and deleted by its id', async () => {
  const [owner, sold] = [await customer(), await item()]
  const made = await invoice(owner, sold, 20)
  await call(client, 'voidInvoice', made.Id)
  assert.equal((await call(client, 'getInvoice', made.Id)).TotalAmt, 0)
  const answer = await call(client, 'deleteInvoice', made.Id)
  assert.equal(answer.Invoice.status, 'Deleted')
  await assert.rejects(call(client, 'getInvoice', made.Id), (error) => code(error) === '610')
})

test('credit memos, sales receipts and refund receipts are made, read and deleted', async () => {
  const [owner, sold] = [await customer(), await item()]
  const found = await call(client, 'findAccounts', { AccountType: 'Bank', limit: 1 })
  const account = { DepositToAccountRef: { value: found.QueryResponse.Account[0].Id } }
  for (const [kind, more] of [['CreditMemo', {}], ['SalesReceipt', {}], ['RefundReceipt', account]]) {
    const made = await call(client, `create${kind}`, { ...form(owner, sold, 9.99), ...more })
    assert.equal((await call(client, `get${kind}`, made.Id)).TotalAmt, 9.99)
    assert.equal((await call(client, `delete${kind}`, made.Id))[kind].status, 'Deleted')
  }
})

test('filters, order, pages, all pages and counts find every invoice once', async () => {
  const [owner, sold] = [await customer(), await item()]
  const made = []
  for (let n = 1; n <= 5; n++) made.push((await invoice(owner, sold, n)).Id)
  const mine = { field: 'CustomerRef', value: owner.Id }
  const page = async (offset) => {
    const criteria = [mine, { field: 'asc', value: 'Id' }, { field: 'limit', value: 2 }, { field: 'offset', value: offset }]
    return (await call(client, 'findInvoices', criteria)).QueryResponse.Invoice.map((one) => one.Id)
  }
  assert.deepEqual([...await page(1), ...await page(3), ...await page(5)], made)
  const all = await call(client, 'findInvoices', { CustomerRef: owner.Id, limit: 2, fetchAll: true })
  assert.deepEqual(all.QueryResponse.Invoice.map((one) => one.Id).sort(), [...made].sort())
  const counted = await call(client, 'findInvoices', [mine, { field: 'Balance', value: 2, operator: '>' }, { count: true }])
  assert.equal(counted.QueryResponse.totalCount, 3)
})

test('IN, LIKE and quoted names find what they should', async () => {
  const [one, other] = [await customer(), await customer()]
  const both = await call(client, 'findCustomers', { Id: [one.Id, other.Id] })
  assert.deepEqual(both.QueryResponse.Customer.map((found) => found.Id).sort(), [one.Id, other.Id].sort())
  const named = await call(client, 'findCustomers', { DisplayName: one.DisplayName })
  assert.deepEqual(named.QueryResponse.Customer.map((found) => found.Id), [one.Id])
  const alike = [{ field: 'DisplayName', value: `%${other.DisplayName.slice(-8)}`, operator: 'LIKE' }]
  assert.equal((await call(client, 'findCustomers', alike)).QueryResponse.Customer.length, 1)
})

test('a batch does each item and reports the bad one', async () => {
  const made = await customer()
  const answer = await call(client, 'batch', [
    { bId: 'new', operation: 'create', Customer: { DisplayName: unique('Batch') } },
    { bId: 'twin', operation: 'create', Customer: { DisplayName: made.DisplayName } },
    { bId: 'count', Query: `select count(*) from Customer where Id = '${made.Id}'` }
  ])
  const byId = Object.fromEntries(answer.BatchItemResponse.map((one) => [one.bId, one]))
  assert.equal(byId.new.Customer.SyncToken, '0')
  assert.equal(byId.twin.Fault.Error[0].code, '6240')
  assert.equal(byId.count.QueryResponse.totalCount, 1)
})

test('change data capture tells what was made', async () => {
  const made = await customer()
  const since = new Date(Date.now() - 60_000)
  const answer = await call(client, 'changeDataCapture', ['Customer', 'Invoice'], since.toISOString())
  const changed = answer.CDCResponse[0].QueryResponse.flatMap((one) => one.Customer ?? [])
  assert.ok(changed.some((one) => one.Id === made.Id))
})

test('a repeated request id makes one customer', async () => {
  const entity = { DisplayName: unique('Once'), requestId: randomUUID() }
  const first = await call(client, 'createCustomer', { ...entity })
  assert.equal((await call(client, 'createCustomer', { ...entity })).Id, first.Id)
})

test('lists, the company and its preferences are read', async () => {
  assert.equal((await call(client, 'getCompanyInfo', client.realmId)).Country, 'US')
  assert.equal((await call(client, 'getPreferences')).SalesFormsPrefs.CustomTxnNumbers, true)
  const terms = await call(client, 'findTerms', { Active: true })
  assert.ok(terms.QueryResponse.Term.some((one) => one.Name === 'Net 30'))
})

test('an invoice is printed; mailing is refused, for the library names the content type of a form', async () => {
  const made = await invoice(await customer(), await item(), 5)
  const printed = await call(client, 'getInvoicePdf', made.Id)
  assert.equal(Buffer.from(printed).subarray(0, 5).toString(), '%PDF-')
  const sent = call(client, 'sendInvoicePdf', made.Id, 'ada@example.com')
  await assert.rejects(sent, (error) => /content type/.test(error.response.data.Fault.Error[0].Detail))
})

test('what is not modelled is refused with a message that says so', async () => {
  const refused = call(client, 'createBill', { VendorRef: { value: '1' }, Line: [] })
  await assert.rejects(refused, (error) => /not modelled/.test(JSON.stringify(error.response.data)))
})

test('userinfo, refresh and revocation', async () => {
  const own = await quickbooks()
  const before = own.token
  await call(own, 'refreshAccessToken')
  assert.notEqual(own.token, before)
  assert.ok((await call(own, 'getUserInfo')).sub)
  const { realmId, token } = own
  await call(own, 'revokeAccess', true)
  Object.assign(own, { realmId, token })
  await assert.rejects(call(own, 'getCompanyInfo', realmId), (error) => error.response.status === 401)
})
