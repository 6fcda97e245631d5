import { describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const run = (...words: string[]) =>
  runHere(['pair', ...words], { DATABASE_URL: app.database.loginUrl })

const named = (person: Person, name: string) =>
  person.ask('mutation ($name: String!) { claimUsername(username: $name) { changed } }', { name })

describe('connections pair', () => {
  it('says what two people are to each other, by their names, and what each may do', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await named(alice, 'alice.pair')
    await named(bob, 'bob.pair')
    await verbs.followUser(alice, bob)
    await bob.ask(
      'mutation { updatePrivacySettings(settings: { allowMessages: NOBODY }) { changed } }',
    )
    const { code, output, errors } = await run('alice.pair', '@Bob.Pair')
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output.split('\n')).toEqual([
      `${alice.id}  alice.pair`,
      `${bob.id}  bob.pair`,
      '',
      'alice.pair follows bob.pair.',
      'The privacy settings of bob.pair do not let alice.pair send messages.',
      '',
      'May                  alice.pair to bob.pair  bob.pair to alice.pair',
      'see                  yes                     yes',
      'add to contacts      yes                     yes',
      'follow               no: ALREADY             yes',
      'request friendship   yes                     yes',
      'make a close friend  no: NOT_FRIENDS         no: NOT_FRIENDS',
      'message              no: UNAVAILABLE         yes',
      'invite               yes                     yes',
    ])
  })

  it('tells who blocks whom, and what was declined in silence', async () => {
    const [carol, dave, erin] = await app.people('carol', 'dave', 'erin')
    await verbs.blockUser(carol, dave)
    const blocked = await run(carol.id, dave.id)
    expect(blocked.output).toContain(`\n\n${carol.id} blocks ${dave.id}.\n\n`)
    expect(blocked.output).toMatch(/^see +no: BLOCKED_BY_YOU +no: UNAVAILABLE$/m)

    const { request } = await verbs.requestFriend(dave, erin)
    await verbs.reject(erin, request)
    const { output } = await run(dave.id, erin.id)
    expect(output).toContain(`${dave.id} has asked ${erin.id} to be friends.`)
    expect(output).toContain(
      `${erin.id} has declined to be friends, which ${dave.id} does not hear.`,
    )
  })

  it('prints the same as JSON, from both sides', async () => {
    const [frank, grace] = await app.people('frank', 'grace')
    const { output } = await run(frank.id, grace.id, '--json')
    const sides = JSON.parse(output) as unknown[]
    expect(sides).toMatchObject([
      { actor: { id: frank.id }, state: { isBlocking: false }, may: { SEE: { allowed: true } } },
      { actor: { id: grace.id }, other: { id: frank.id, username: null } },
    ])
    expect((await run(frank.id, grace.id)).output).toContain('There is nothing between the two.')
  })

  it('finds nobody by an unknown name or id, and no pair in one person', async () => {
    const [heidi] = await app.people('heidi')
    const stranger = app.stranger('ivan')
    expect(await run(stranger.id, 'no.such-name')).toEqual({
      code: 1,
      output: '',
      errors: `Nobody here has the id or username ${stranger.id}.\nNobody here has the id or username no.such-name.`,
    })
    expect(await run(heidi.id, heidi.id)).toMatchObject({ code: 2, output: '' })
  })
})
