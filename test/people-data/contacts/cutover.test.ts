import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { composeServices as composeWithApollo } from '@apollo/composition'
import { composeServices as composeWithGuild } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import {
  contacts,
  everyContact,
  importFrom,
  minute,
  openFolder,
  sendTo,
  sqliteSource,
} from '../../support/old-contacts.ts'
import { openIsolatedTestService } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

// The runbook is the program here: what it tells the operator to type is what these tests run.
const runbook = readFileSync(
  new URL('../../../docs/guides/moving-contacts.md', import.meta.url),
  'utf8',
)

/** The block of code between two marks of the runbook. */
function block(mark: string): string {
  const [, code] =
    new RegExp(`<!-- ${mark} -->\\s+\`\`\`\\w+\\n(.*?)\`\`\``, 's').exec(runbook) ?? []
  if (code === undefined) throw new Error(`The runbook has no block ${mark}.`)
  return code
}

const folder = openFolder()

const plainSdl = readFileSync(new URL('../../../docs/subgraph.graphql', import.meta.url), 'utf8')

/** The schema that the runbook's edit makes of ours. */
async function overridden(override: string): Promise<string> {
  await mkdir(join(folder, 'docs'), { recursive: true })
  await writeFile(join(folder, 'docs', 'subgraph.graphql'), plainSdl)
  const edit = block('override').replace(/^OVERRIDE=.*$/m, `OVERRIDE='${override}'`)
  await promisify(execFile)('sh', ['-euc', edit], { cwd: folder })
  return readFile(join(folder, 'connections-override.graphql'), 'utf8')
}

/** The old auth service: who a person is, and still their contacts. */
const auth = (contactsField: string) => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  scalar DateTime
  type Query { viewer: User @shareable }
  type User @key(fields: "id") { id: ID! email: String ${contactsField} }
  type ContactConnection @shareable { edges: [ContactEdge!]! pageInfo: PageInfo! totalCount: Int! }
  type ContactEdge @shareable { cursor: String! node: User! addedAt: DateTime! updatedAt: DateTime! }
  type PageInfo @shareable {
    hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
  }
`
const withContacts = auth('contacts(first: Int, after: String): ContactConnection')

interface Composed {
  readonly supergraphSdl?: string | undefined
  readonly errors?: readonly { readonly message: string }[] | undefined
}
const composers: Record<string, (authSdl: string, ourSdl: string) => Composed> = {
  'Apollo’s composer': (authSdl, ourSdl) => composeWithApollo(services(authSdl, ourSdl)),
  'the Guild’s composer': (authSdl, ourSdl) => composeWithGuild(services(authSdl, ourSdl)),
}
const services = (authSdl: string, ourSdl: string) => [
  { name: 'auth', url: 'http://auth', typeDefs: parse(authSdl) },
  { name: 'connections', url: 'http://connections', typeDefs: parse(ourSdl) },
]

/** How the supergraph says who resolves `User.contacts`. */
function ownersOf({ supergraphSdl = '' }: Composed): string[] {
  const [field = ''] = /\n {2}contacts\([^]*?\): ContactConnection[^\n]*/.exec(supergraphSdl) ?? []
  return field.split('@join__field(').slice(1)
}

describe.each(Object.entries(composers))(
  '%s, while the old service has contacts too',
  (_name, compose) => {
    it('refuses the two as they are', () => {
      const messages = compose(withContacts, plainSdl).errors?.map(({ message }) => message)
      expect(messages?.join('\n')).toContain('User.contacts')
    })

    it('gives contacts to this service with the runbook’s edit', async () => {
      const composed = compose(withContacts, await overridden('from: "auth"'))
      expect(composed.errors ?? []).toEqual([])
      expect(ownersOf(composed)).toEqual([expect.stringContaining('graph: CONNECTIONS')])
      expect(ownersOf(composed)[0]).toContain('override: "auth"')
    })

    it('gives them to this service for some of the requests, with a label', async () => {
      const composed = compose(withContacts, await overridden('from: "auth", label: "percent(5)"'))
      expect(composed.errors ?? []).toEqual([])
      const owners = ownersOf(composed).sort()
      expect(owners).toHaveLength(2)
      expect(owners[0]).toContain('graph: AUTH')
      expect(owners[1]).toContain('graph: CONNECTIONS')
      expect(owners[1]).toContain('overrideLabel: "percent(5)"')
    })

    it('takes this service as it is when the old one has let go of contacts', () => {
      const composed = compose(auth('').replace(/type Contact[^}]*}/g, ''), plainSdl)
      expect(composed.errors ?? []).toEqual([])
    })
  },
)

describe('the runbook’s SQL, run by the owner of the tables', () => {
  const moved = async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.addContact(bob, alice)
    const from = await sqliteSource([
      [alice.id, bob.id, minute(0), minute(1)],
      [alice.id, carol.id, minute(0), minute(1)],
    ])
    await importFrom(app, from)
    await verbs.removeContact(alice, carol)
    const tables = async () => {
      const { rows } = await app.admin.query(
        `select (select count(*)::int from contact_import_removals) as removals,
                (select count(*)::int from contact_import_checkpoints) as checkpoints,
                (select relforcerowsecurity from pg_class where relname = 'user_contacts') as forced`,
      )
      return rows[0] as unknown
    }
    return { app, alice, carol, from, tables }
  }

  it('undoes an import: what it brought is gone, what people added stays, and it can begin from nothing', async () => {
    const { app, from, tables } = await moved()
    expect(await tables()).toEqual({ removals: 1, checkpoints: 1, forced: true })
    await sendTo(app.database.ownerUrl, block('undo'))
    expect(await tables()).toEqual({ removals: 0, checkpoints: 0, forced: true })
    expect(await everyContact(app)).toMatchObject([{ imported: false }])
    expect(await importFrom(app, from)).toMatchObject({ counts: { added: 2 } })
    await app.admin.query('delete from user_contacts where imported')
    expect(await tables()).toMatchObject({ removals: 2 })
  })

  it('ends the move: what is there stays, removals are forgotten, and nothing is imported any more', async () => {
    const { app, alice, from, tables } = await moved()
    const before = await everyContact(app)
    await sendTo(app.database.ownerUrl, block('afterwards'))
    expect(await tables()).toEqual({ removals: 0, checkpoints: 0, forced: true })
    expect(await everyContact(app)).toEqual(before)
    const again = await contacts(app, 'import', '--from', from, '--rejects', join(folder, 'late'))
    expect(again).toMatchObject({ code: 1 })
    expect(again.errors).toContain('permission denied for function import_contacts')
    for (const { contact } of before as { contact: string }[])
      await verbs.removeContact(alice, { id: contact })
    expect(await tables()).toMatchObject({ removals: 0 })
  })
})
