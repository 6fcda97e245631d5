import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../src/server/server.ts'
import { overHttp } from '../support/race-harness.ts'
import { type Asker, openTestService } from '../support/test-service.ts'
import { links } from '../support/verbs.ts'

const sent: string[] = []
// Before any client of Prisma holds the method.
// eslint-disable-next-line @typescript-eslint/unbound-method
const query = pg.Client.prototype.query as (...values: unknown[]) => unknown
pg.Client.prototype.query = function (this: pg.Client, ...values: unknown[]) {
  const [first] = values as [{ text?: unknown } | string]
  const text = typeof first === 'object' ? first.text : first
  if (typeof text === 'string' && text.includes('"public".')) sent.push(text)
  return query.apply(this, values)
} as typeof pg.Client.prototype.query

const app = await openTestService()

const change = async (asker: Asker, settings: string) =>
  (
    await asker.ask(
      `mutation { updatePrivacySettings(settings: { ${settings} }) { changed privacySettings { allowFollows discoverable presenceVisibility } userErrors { code } } }`,
    )
  ).data.updatePrivacySettings

/** Statements as Prisma Client sends them while something is done. */
async function sentBy(work: () => Promise<unknown>): Promise<string[]> {
  sent.length = 0
  await work()
  return [...sent]
}

describe('what Prisma Client sends', () => {
  it('is one statement for a change of settings, with the condition in it and the settings coming back', async () => {
    const [alice] = await app.people('alice')
    await change(alice, 'allowFollows: NOBODY')
    const sent = await sentBy(() => change(alice, 'discoverable: false'))
    expect(sent).toEqual([
      expect.stringMatching(/^UPDATE .* WHERE .*NOT .*"discoverable" = \$\d.* RETURNING /),
    ])
  })

  it('is one statement for a new link, which nobody has used', async () => {
    const [alice] = await app.people('alice')
    const sent = await sentBy(() => links.create(alice, { label: 'The hall', maxUses: 2 }))
    expect(sent).toEqual([
      expect.stringMatching(
        /^INSERT INTO "public"."contact_links" \("maker_user_id","token_hash","label","expires_at","max_uses","uses"\) /,
      ),
    ])
  })

  it('lets nobody make a link that was used already', async () => {
    const [alice] = await app.people('alice')
    const client = new pg.Client({ connectionString: app.config.database.url })
    await client.connect()
    await client.query(
      `begin; set local role connections_app; set local app.user_id = '${alice.id}'`,
    )
    const forged = client.query(
      `insert into contact_links (maker_user_id, token_hash, uses) values ($1, sha256('x'), 7)`,
      [alice.id],
    )
    await expect(forged).rejects.toThrow('row-level security')
    await client.end()
  })
})

describe('settings changed for the first time', () => {
  it('in two processes at the same instant are all kept', async () => {
    const second = await startServer({ ...app.config, port: 0 })
    try {
      for (let round = 0; round < 15; round++) {
        const [alice] = await app.people('alice')
        const [one, other] = [
          overHttp(app, alice, app.server.url),
          overHttp(app, alice, second.url),
        ]
        const answers = await Promise.all([
          change(one, 'allowFollows: NOBODY'),
          change(other, 'discoverable: false'),
          change(one, 'presenceVisibility: CLOSE'),
          change(other, 'presenceVisibility: CLOSE'),
        ])
        expect(answers.map(({ changed }) => changed as boolean).filter(Boolean)).toHaveLength(3)
        expect((await change(alice, '')).privacySettings).toEqual({
          allowFollows: 'NOBODY',
          discoverable: false,
          presenceVisibility: 'CLOSE',
        })
      }
    } finally {
      await second.drain()
    }
  })
})
