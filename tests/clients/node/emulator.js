// What both libraries need of the running emulator: its address (QBO_EMULATOR_URL), its first app, a signed-in person.
'use strict'

const OAuthClient = require('intuit-oauth')
const QuickBooks = require('node-quickbooks')

const url = process.env.QBO_EMULATOR_URL
const app = { clientId: process.env.QBO_CLIENT_ID, clientSecret: process.env.QBO_CLIENT_SECRET }
const redirectUri = process.env.QBO_REDIRECT_URI

// All that is changed of either library: where its calls go.
OAuthClient.authorizeEndpoint = `${url}/connect/oauth2`
OAuthClient.tokenEndpoint = `${url}/oauth2/v1/tokens/bearer`
OAuthClient.revokeEndpoint = `${url}/v2/oauth2/tokens/revoke`
OAuthClient.userinfo_endpoint_sandbox = `${url}/v1/openid_connect/userinfo`
OAuthClient.jwks_uri = `${url}/op/v1/jwks`
OAuthClient.environment.sandbox = `${url}/`
QuickBooks.V3_ENDPOINT_BASE_URL = `${url}/v3/company/`
QuickBooks.TOKEN_URL = `${url}/oauth2/v1/tokens/bearer`
QuickBooks.REVOKE_URL = `${url}/v2/oauth2/tokens/revoke`
QuickBooks.USER_INFO_URL = `${url}/v1/openid_connect/userinfo`

const { Accounting, OpenId, Email } = OAuthClient.scopes

/** intuit-oauth after the whole authorization code flow. */
async function signedIn (scope = [Accounting, OpenId, Email]) {
  const client = new OAuthClient({ ...app, redirectUri, environment: 'sandbox' })
  const consented = await fetch(client.authorizeUri({ scope, state: 'a state' }), { redirect: 'manual' })
  await client.createToken(consented.headers.get('location'))
  return client
}

/** node-quickbooks with the tokens of intuit-oauth; its callbacks become promises. */
async function quickbooks () {
  const token = (await signedIn()).getToken()
  const { access_token: access, refresh_token: refresh, realmId } = token
  return new QuickBooks(app.clientId, app.clientSecret, access, false, realmId, true, false, 75, '2.0', refresh)
}

/** One call of node-quickbooks as a promise of what its callback gets; rejected with the error and its answer's body. */
function call (client, method, ...args) {
  return new Promise((resolve, reject) => {
    client[method](...args, (error, answer) => { error ? reject(error) : resolve(answer) })
  })
}

/** The code of the first fault that an error of node-quickbooks carries. */
function code (error) {
  return error.response.data.Fault.Error[0].code
}

module.exports = { app, call, code, quickbooks, signedIn, url }
