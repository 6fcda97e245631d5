import type { Queryable } from '../../database/sql.ts'
import type { RelationshipAction } from '../../generated/graphql.ts'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import { type Possibility, toPossibility } from '../../modules/relationships/possibilities.ts'
import { usernameLoader } from '../../modules/usernames/loaders.ts'
import { parseMention } from '../../modules/usernames/rules.ts'
import { type PairState, selectPairStatesOf } from '../../pairs/pair-state.ts'
import { userSummaryLoader } from '../../pairs/user-summary.ts'
import { visibleLoader } from '../../pairs/visibility.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { factsOf } from './pair-facts.ts'
import { withServiceDatabase } from './service-database.ts'

/** What was typed after `pair`. */
export interface PairWords {
  readonly data?: string
  readonly json?: true
}

interface Person {
  readonly id: UserId
  readonly username: string | null
}

/** One of the two towards the other. */
interface Side {
  readonly actor: Person
  readonly other: Person
  readonly state: PairState
  readonly may: Readonly<Record<RelationshipAction, Possibility>>
}

const actions = {
  SEE: 'see',
  ADD_CONTACT: 'add to contacts',
  FOLLOW: 'follow',
  REQUEST_FRIEND: 'request friendship',
  UPGRADE: 'make a close friend',
  MESSAGE: 'message',
  INVITE: 'invite',
} as const satisfies Record<RelationshipAction, string>

/** `pair`: see its `--help`. */
export async function showPair(
  host: Host,
  given: readonly [string, string],
  { data, json }: PairWords,
): Promise<ExitCode> {
  return withServiceDatabase(host, data, async (database) => {
    const session = database.as({ kind: 'service', name: 'pair' })
    try {
      const people = await findPeople(session.read, given)
      const unknown = given.filter((_, place) => people[place] === null)
      for (const who of unknown) host.complain(`Nobody here has the id or username ${who}.`)
      const [one, other] = people
      if (one == null || other == null) return exitCodes.failed
      if (one.id === other.id) {
        host.complain('Both are the same person.')
        return exitCodes.misused
      }
      const sides = await readSides(session.read, one, other)
      host.print(json === true ? JSON.stringify(sides) : describe(sides))
      return exitCodes.done
    } finally {
      await session.finish()
    }
  })
}

/** Each by their id or username; null for nobody. */
async function findPeople(
  from: Queryable,
  given: readonly string[],
): Promise<readonly (Person | null)[]> {
  const usernames = usernameLoader(from)
  const [visible, summaries] = [visibleLoader(from), userSummaryLoader(from)]
  return Promise.all(
    given.map(async (who) => {
      const name = parseMention(who)
      const id = parseUserId(who) ?? (name === null ? null : await usernames.load(name))
      if (id === null || !(await visible.load(id))) return null
      return { id, username: (await summaries.load(id))?.username ?? null }
    }),
  )
}

/** The first towards the second, and the second towards the first: read at one moment. */
async function readSides(from: Queryable, one: Person, other: Person): Promise<readonly Side[]> {
  const pairs = [
    { actor: one, other },
    { actor: other, other: one },
  ]
  const states = await selectPairStatesOf(
    from,
    pairs.map(({ actor, other }) => ({ actor: actor.id, other: other.id })),
  )
  return states.flatMap((state, place) => {
    const pair = pairs[place]
    return pair === undefined ? [] : [{ ...pair, state, may: mayOf(state) }]
  })
}

function mayOf(state: PairState): Side['may'] {
  const names = Object.keys(actions) as RelationshipAction[]
  const entries = names.map((action) => [action, toPossibility(action, state)] as const)
  return Object.fromEntries(entries) as Record<RelationshipAction, Possibility>
}

function describe(sides: readonly Side[]): string {
  const facts = sides.flatMap(({ actor, other, state }, place) =>
    factsOf(state, nameOf(actor), nameOf(other), place === 0),
  )
  const rows = Object.entries(actions).map(([action, words]) => [
    words,
    ...sides.map(({ may }) => worded(may[action as RelationshipAction])),
  ])
  const heads = sides.map(({ actor, other }) => `${nameOf(actor)} to ${nameOf(other)}`)
  const table = [['May', ...heads], ...rows]
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return [
    ...sides.map(({ actor }) => `${actor.id}  ${actor.username ?? 'has no username'}`),
    '',
    ...(facts.length === 0 ? ['There is nothing between the two.'] : facts),
    '',
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  ].join('\n')
}

const nameOf = ({ id, username }: Person): string => username ?? id

function worded({ allowed, reason }: Possibility): string {
  return allowed ? 'yes' : `no: ${reason ?? ''}`
}
