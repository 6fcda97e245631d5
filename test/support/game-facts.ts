import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GameFactKind } from '../../src/generated/graphql.ts'
import type { Asker, TestService } from './test-service.ts'

/** A fact as a service sends it. */
export interface SentFact {
  readonly id: string
  readonly kind: GameFactKind
  readonly gameId: string
  readonly userId: string
  readonly otherUserId?: string | null
  readonly at: string
}

interface Named {
  readonly id: string
}

const RecordGameFacts = `mutation ($facts: [GameFactInput!]!) {
  recordGameFacts(facts: $facts) {
    changed recorded known skipped viewer { id } userErrors { code field message retryAt }
  }
}`

/** Tells these facts, and gives the payload with the statements that it took. */
export async function tell(asker: Asker, ...facts: readonly SentFact[]) {
  const { data, errors, body, statements } = await asker.ask(RecordGameFacts, { facts })
  if (errors.length > 0) throw new Error(body)
  const { viewer, ...payload } = data.recordGameFacts
  if (viewer !== null) throw new Error('A service has no viewer.')
  return { ...payload, statements }
}

/** A game that nobody knows yet. */
export const newGame = (): string => `game-${randomUUID()}`

/** A fact with an id of its own, of now unless told. */
export function fact(kind: GameFactKind, gameId: string, user: Named, more: More = {}): SentFact {
  const { other, at = new Date(), id = randomUUID() } = more
  return {
    id,
    kind,
    gameId,
    userId: user.id,
    ...(other !== undefined && { otherUserId: other.id }),
    at: at.toISOString(),
  }
}

interface More {
  readonly other?: Named
  readonly at?: Date
  readonly id?: string
}

/** Another service than `app.service`, by the name in its token. */
export function serviceNamed(app: TestService, name: string): Asker {
  return app.asker(() =>
    app.issuer.token({ sub: `service:${name}`, client_id: name, scope: 'connections:service' }),
  )
}

/** What the payload of a batch says that was taken. */
export const took = (recorded: number, known = 0, skipped = 0) => ({
  changed: recorded > 0,
  recorded,
  known,
  skipped,
  userErrors: [],
})

/** Waits until a statement of the service waits for a lock. */
export async function someoneWaits({ admin }: TestService): Promise<void> {
  for (let time = 0; time < 500; time++) {
    const { rowCount } = await admin.query(
      `select from pg_stat_activity
        where datname = current_database() and usename = 'connections_login' and wait_event_type = 'Lock'`,
    )
    if (rowCount !== 0) return
    await sleep(10)
  }
  throw new Error('Nobody waits.')
}
