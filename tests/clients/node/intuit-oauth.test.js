// intuit-oauth of npm as it is: consent, exchange, id token, userinfo, refresh, calls, faults, revocation.
'use strict'

const assert = require('node:assert/strict')
const { test } = require('node:test')
const OAuthClient = require('intuit-oauth')
const { signedIn } = require('./emulator.js')

const DAY = 24 * 3600

/** The path of a company's resource, relative to the environment that the library knows. */
function path (client, rest) {
  return `v3/company/${client.getToken().realmId}/${rest}`
}

test('the exchange gives tokens, their lives and the realm', async () => {
  const client = await signedIn()
  const token = client.getToken()
  assert.equal(token.token_type, 'bearer')
  assert.equal(token.expires_in, 3600)
  assert.equal(token.x_refresh_token_expires_in, 101 * DAY)
  assert.equal(token.realmId, '9341450000000001')
  assert.equal(token.state, 'a state')
  assert.ok(client.isAccessTokenValid())
})

test('the id token verifies against the published key; the whole check wants Intuit as issuer', async () => {
  const client = await signedIn()
  const { id_token: token } = client.getToken()
  const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'))
  const claims = await client.getKeyFromJWKsURI(token, header.kid, { url: OAuthClient.jwks_uri, method: 'GET' })
  assert.deepEqual(claims.aud, [client.clientId])
  await assert.rejects(client.validateIdToken(), { message: 'Invalid issuer in ID token' }) // an address fixed in it
})

test('userinfo names the person', async () => {
  const person = (await (await signedIn()).getUserInfo()).json
  assert.ok(person.sub)
  assert.match(person.email, /@example\.com$/)
})

test('userinfo without the scope is refused', async () => {
  const client = await signedIn([OAuthClient.scopes.Accounting])
  await assert.rejects(client.getUserInfo(), (error) => error.authResponse.response.status === 403)
})

test('a refresh gives another access token', async () => {
  const client = await signedIn()
  const { access_token: access, refresh_token: refresh } = client.getToken()
  await client.refresh()
  assert.notEqual(client.getToken().access_token, access)
  assert.equal(client.getToken().refresh_token, refresh)
  await client.refreshUsingToken(refresh)
  assert.equal(client.getToken().realmId, '9341450000000001')
})

test('a wrong refresh token is an error that the library understands', async () => {
  const client = await signedIn()
  await assert.rejects(client.refreshUsingToken('stale'), { error: 'invalid_grant' })
})

test('a customer is made, read and queried by plain calls', async () => {
  const client = await signedIn()
  const made = await client.makeApiCall({
    url: path(client, 'customer?minorversion=75'), method: 'POST', body: { DisplayName: `Plain ${Date.now()}` }
  })
  const { Id: id, DisplayName: name } = made.json.Customer
  const read = await client.makeApiCall({ url: path(client, `customer/${id}`), params: { minorversion: 75 } })
  assert.equal(read.json.Customer.DisplayName, name)
  const params = { query: `select * from Customer where DisplayName = '${name}'`, minorversion: 75 }
  const found = await client.makeApiCall({ url: path(client, 'query'), params })
  assert.deepEqual(found.json.QueryResponse.Customer.map((one) => one.Id), [id])
})

test('a fault is an error with its code', async () => {
  const client = await signedIn()
  const refused = client.makeApiCall({ url: path(client, 'customer'), method: 'POST', body: {} })
  await assert.rejects(refused, (error) => error.faultType === 'ValidationFault' && error.fault.errors[0].code === '6080')
})

test('revocation ends calls and refreshing', async () => {
  const client = await signedIn()
  const { realmId, refresh_token: refresh, access_token: access } = { ...client.getToken() }
  await client.revoke({ refresh_token: refresh })
  assert.equal(client.getToken().access_token, '')
  client.setToken({ realmId, access_token: access, refresh_token: refresh })
  await assert.rejects(client.makeApiCall({ url: `v3/company/${realmId}/companyinfo/${realmId}` }), { code: '401' })
  await assert.rejects(client.refreshUsingToken(refresh), { error: 'invalid_grant' })
})
