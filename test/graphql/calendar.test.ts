import { getNamedType, type GraphQLInputType, isInputObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'
import { newUserId, openTestService } from '../support/test-service.ts'

const app = await openTestService({ NODE_ENV: 'production' })

/**
 * Every mutation that takes a moment, with the argument. A new one belongs here too: the test below
 * says so.
 */
const takers = {
  'blockUser.expiresAt': (moment: string) =>
    `blockUser(userId: "${newUserId()}", expiresAt: ${moment}) { changed userErrors { code field } block { expiresAt } }`,
  'createContactLink.expiresAt': (moment: string) =>
    `createContactLink(expiresAt: ${moment}) { changed userErrors { code field } link { expiresAt } }`,
}

const outside = [
  '9999-12-31T23:59:59-01:00',
  '9999-12-31T23:59:59.999-00:01',
  '9999-12-31T00:01:00-23:59',
  '0000-01-01T00:00:00Z',
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+00:01',
  '0001-01-01T00:00:00+23:59',
]
const malformed = [
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2099-12-31T23:59:60Z',
  '2099-12-31T24:00:00Z',
  '2099-12-31T23:59:59+24:00',
  '2099-12-31T23:59:59+00:60',
  '2099-12-31T23:59:59|01:00',
  '2099-12-31T23:59:59.Z',
  '2099-12-31T23:59:59',
  '2099-12-31',
  '2099-02-29T00:00:00Z',
  'infinity',
  'now',
  '',
]
/** What is taken, as it is shown: to the millisecond, in UTC. */
const taken = {
  '9999-12-31T23:59:59.999Z': '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.9999999999Z': '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59+23:59': '9999-12-31T00:00:59.000Z',
  [`2099-12-31T23:59:59.${'1'.repeat(1_000)}Z`]: '2099-12-31T23:59:59.111Z',
  '2099-12-31t23:59:59.5z': '2099-12-31T23:59:59.500Z',
  '2099-12-31T23:59:59-00:00': '2099-12-31T23:59:59.000Z',
}

interface Payload {
  changed: boolean
  userErrors: object[]
  block?: object
  link?: object
}

/** The same moment in the document and as a variable: two ways through the scalar. */
async function tell(taker: keyof typeof takers, moment: string) {
  const [alice] = await app.people('alice')
  const literal = await alice.ask(`mutation { payload: ${takers[taker](JSON.stringify(moment))} }`)
  const variable = await alice.ask(
    `mutation ($moment: DateTime) { payload: ${takers[taker]('$moment')} }`,
    { moment },
  )
  return [literal, variable].map(({ data, errors }) => ({
    payload: data?.payload as Payload | undefined,
    codes: errors.map(({ extensions }) => extensions.code),
  }))
}

describe.each(Object.keys(takers) as (keyof typeof takers)[])('a moment for %s', (taker) => {
  const field = taker.split('.')[1]

  it.each(outside)('is refused outside of the years 1 to 9999 in UTC: %s', async (moment) => {
    for (const { payload, codes } of await tell(taker, moment)) {
      expect(codes).toEqual([])
      expect(payload).toMatchObject({
        changed: false,
        userErrors: [{ code: 'INVALID_INPUT', field: [field] }],
      })
      expect(payload?.block ?? payload?.link ?? null).toBeNull()
    }
  })

  it.each(malformed)('is a mistake of the document in any other form: %s', async (moment) => {
    const [literal, variable] = await tell(taker, moment)
    expect(literal).toEqual({ payload: undefined, codes: ['GRAPHQL_VALIDATION_FAILED'] })
    expect(variable).toEqual({ payload: undefined, codes: ['BAD_USER_INPUT'] })
  })

  it.each(Object.entries(taken))(
    'is shown to the millisecond in UTC: %s',
    async (moment, shown) => {
      for (const { payload, codes } of await tell(taker, moment)) {
        expect(codes).toEqual([])
        expect(payload?.block ?? payload?.link).toEqual({ expiresAt: shown })
      }
    },
  )
})

describe('the moment of a fact about a game', () => {
  /** In the document and as a variable; in a list of one, so its field is in the list's path. */
  async function tellFact(moment: string) {
    const document = (variables: string, at: string) => `mutation ${variables} {
      payload: recordGameFacts(facts: [{
        id: "${newUserId()}", kind: ACTIVE, gameId: "", userId: "${newUserId()}", at: ${at}
      }]) { changed userErrors { code field } }
    }`
    const literal = await app.service.ask(document('', JSON.stringify(moment)))
    const variable = await app.service.ask(document('($at: DateTime!)', '$at'), { at: moment })
    return [literal, variable].map(({ data, errors }) => ({
      payload: data?.payload as Payload | undefined,
      codes: errors.map(({ extensions }) => extensions.code),
    }))
  }

  it.each(outside)('is refused outside of the years 1 to 9999 in UTC: %s', async (moment) => {
    const error = { code: 'INVALID_INPUT', field: ['facts', '0', 'at'] }
    for (const answer of await tellFact(moment))
      expect(answer).toEqual({ payload: { changed: false, userErrors: [error] }, codes: [] })
  })

  it.each(malformed)('is a mistake of the document in any other form: %s', async (moment) => {
    expect(await tellFact(moment)).toEqual([
      { payload: undefined, codes: ['GRAPHQL_VALIDATION_FAILED'] },
      { payload: undefined, codes: ['BAD_USER_INPUT'] },
    ])
  })

  it.each(['0001-01-01T00:00:00.000Z', '2026-05-01T00:00:00.9999+23:59'])(
    'is taken from the first of the calendar on: %s',
    async (moment) => {
      for (const answer of await tellFact(moment))
        expect(answer).toEqual({ payload: { changed: true, userErrors: [] }, codes: [] })
    },
  )
})

/** Whole days, which are held in the tests of insights. */
const periods = ['socialInsights.from', 'socialInsights.to']

it('nothing else in the graph takes a moment', () => {
  const schema = buildSchema(withGames)
  const places: string[] = []
  const visit = (place: string, type: GraphQLInputType) => {
    if (getNamedType(type).name.startsWith('DateTime')) places.push(place)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !('getFields' in type)) continue
    for (const field of Object.values(type.getFields())) {
      if (isInputObjectType(type))
        visit(`${type.name}.${field.name}`, field.type as GraphQLInputType)
      if ('args' in field)
        for (const argument of field.args) visit(`${field.name}.${argument.name}`, argument.type)
    }
  }
  expect(places.sort()).toEqual(['GameFactInput.at', ...periods, ...Object.keys(takers)].sort())
})
