import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { asFactsRole, functionsFiles, functionsMigration } from '../../src/dev/functions.ts'
import { openClone } from '../support/clone.ts'

const { admin } = await openClone()
const files = await functionsFiles()
const database = await describeFunctions()

interface Described {
  readonly name: string
  readonly text: string
  readonly owner: string
  /** As Postgres keeps them. */
  readonly grants: readonly string[]
}

async function describeFunctions(): Promise<Described[]> {
  const { rows } = await admin.query<Described>(`
    select proname as name, pg_get_functiondef(oid) as text, proowner::regrole::text as owner,
           array(select acl::text from unnest(coalesce(proacl, acldefault('f', proowner))) as acl order by 1) as grants
      from pg_proc
     where pronamespace = 'public'::regnamespace
     order by oid::regprocedure::text`)
  return rows
}

describe('the files of prisma/functions', () => {
  it('stand in the baseline word by word (`npm run functions` copies them)', async () => {
    const { path, text } = await functionsMigration()
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  it('hold every function of the database, each in one place', () => {
    const written = files.flatMap(({ text }) =>
      [...text.matchAll(/^create (?:or replace )?function (\w+)\(/gm)].map(([, name]) => name),
    )
    expect(written.toSorted()).toEqual(database.map(({ name }) => name).toSorted())
  })

  it('are what the database has: the same text, settings, owners and callers', async () => {
    await admin.query('begin')
    try {
      // From nothing, so that a right that no file gives is missed.
      await admin.query(
        `revoke all on all functions in schema public
           from public, connections_app, connections_service, connections_login, connections_owner`,
      )
      // As the owner of the tables, who is not above anything.
      const owner = 'set role connections_owner'
      await admin.query(owner)
      for (const { text } of files) await admin.query(asFactsRole(text, owner))
      await admin.query('reset role')
      expect(await describeFunctions()).toEqual(database)
    } finally {
      await admin.query('rollback')
    }
  })
})
