import { setTimeout as sleep } from 'node:timers/promises'
import { findBreaches } from './invariants.ts'
import {
  type Answer,
  askAgain,
  type Asker,
  gatewaySecret,
  type Person,
  type TestService,
} from './test-service.ts'
import { befriend, makeClose, type Verb, verbs } from './verbs.ts'

/** Two people and what they do at the same instant. */
export interface Race {
  readonly name: string
  /** What was before; gives the id of the request that the verbs are about, if they are. */
  readonly before: (a: Person, b: Person) => Promise<string | null>
  readonly acts: readonly (readonly ['a' | 'b', Verb])[]
}

export interface RaceResult {
  readonly race: string
  readonly rounds: number
  /** Breaches of test/support/invariants.sql. */
  readonly illegal: number
  /** Answers that were errors instead of payloads: what they said. */
  readonly unexpected: readonly string[]
  readonly deadlocks: number
}

const nothing = () => Promise.resolve(null)
const asked = async (a: Person, b: Person) => (await verbs.requestFriend(a, b)).request.id as string
const friends = async (a: Person, b: Person) => befriend(a, b).then(() => null)
const close = async (a: Person, b: Person) => makeClose(a, b).then(() => null)

export const races: readonly Race[] = [
  {
    name: 'request ∥ request, crossing',
    before: nothing,
    acts: [
      ['a', 'requestFriend'],
      ['b', 'requestFriend'],
    ],
  },
  {
    name: 'accept ∥ cancel',
    before: asked,
    acts: [
      ['b', 'accept'],
      ['a', 'cancel'],
    ],
  },
  {
    name: 'accept ∥ block',
    before: asked,
    acts: [
      ['b', 'accept'],
      ['a', 'blockUser'],
    ],
  },
  {
    name: 'accept ∥ accept',
    before: asked,
    acts: [
      ['b', 'accept'],
      ['b', 'accept'],
    ],
  },
  {
    name: 'accept ∥ reject',
    before: asked,
    acts: [
      ['b', 'accept'],
      ['b', 'reject'],
    ],
  },
  {
    name: 'request ∥ block',
    before: nothing,
    acts: [
      ['a', 'requestFriend'],
      ['b', 'blockUser'],
    ],
  },
  {
    name: 'block ∥ block',
    before: friends,
    acts: [
      ['a', 'blockUser'],
      ['b', 'blockUser'],
    ],
  },
  {
    name: 'close ∥ unfriend',
    before: friends,
    acts: [
      ['a', 'askClose'],
      ['b', 'removeFriend'],
    ],
  },
  {
    name: 'close ∥ close, crossing',
    before: friends,
    acts: [
      ['a', 'askClose'],
      ['b', 'askClose'],
    ],
  },
  {
    name: 'step down ∥ block',
    before: close,
    acts: [
      ['a', 'stepDown'],
      ['b', 'blockUser'],
    ],
  },
  {
    name: 'follow ∥ block',
    before: nothing,
    acts: [
      ['a', 'followUser'],
      ['b', 'blockUser'],
    ],
  },
  {
    name: 'contact ∥ block',
    before: nothing,
    acts: [
      ['a', 'addContact'],
      ['a', 'blockUser'],
    ],
  },
  {
    name: 'request, twice ∥ request, twice',
    before: nothing,
    acts: [
      ['a', 'requestFriend'],
      ['a', 'requestFriend'],
      ['b', 'requestFriend'],
      ['b', 'requestFriend'],
    ],
  },
]

/** The same people, but asking over real sockets, as parallel clients do. */
export function overHttp(app: TestService, person: Person, url = app.server.url): Asker {
  return {
    token: () => person.token(),
    ask: askAgain(async (query, variables = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-gateway-secret': gatewaySecret,
          authorization: `Bearer ${(await person.token()) ?? ''}`,
        },
        body: JSON.stringify({ query, variables }),
      })
      const body = await response.text()
      const { data, errors = [] } = JSON.parse(body) as Partial<Answer>
      return { status: response.status, body, data, errors, statements: [] }
    }),
  }
}

/**
 * Runs one race many times over, each with two new people, and looks for what must not be. The acts
 * of a race go to two servers in turn: in one process a person's own writes would wait for each
 * other before the database sees them.
 */
export async function run(
  app: TestService,
  race: Race,
  rounds: number,
  otherUrl = app.server.url,
): Promise<RaceResult> {
  const illegalBefore = await countBreaches(app)
  const deadlocksBefore = await countDeadlocks(app)
  const unexpected: string[] = []
  for (let round = 0; round < rounds; round++) {
    const [a, b] = await app.people('a', 'b')
    const request = await race.before(a, b)
    await Promise.all([a, b].map((person) => person.ask('{ viewer { id } }')))
    const cast = { a, b }
    const outcomes = await Promise.allSettled(
      race.acts.map(([who, verb], place) => {
        const other = who === 'a' ? b : a
        return verbs[verb](
          overHttp(app, cast[who], place % 2 === 0 ? app.server.url : otherUrl),
          request === null ? other : aim(verb, request, other),
        )
      }),
    )
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') unexpected.push(String(outcome.reason))
  }
  return {
    race: race.name,
    rounds,
    illegal: (await countBreaches(app)) - illegalBefore,
    unexpected,
    deadlocks: (await countDeadlocks(app)) - deadlocksBefore,
  }
}

function aim(verb: Verb, request: string, other: Person): { id: string } {
  return verb === 'accept' || verb === 'reject' || verb === 'cancel' ? { id: request } : other
}

/** How many breaches of the invariants the database has now. */
export async function countBreaches(app: TestService): Promise<number> {
  return (await findBreaches(app)).length
}

async function countDeadlocks(app: TestService): Promise<number> {
  // Postgres tells its statistics about once a second.
  await sleep(50)
  const { rows } = await app.admin.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  )
  return Number(rows[0]?.deadlocks ?? 0)
}
