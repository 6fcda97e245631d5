import type { Config } from '../config.ts'
import type { Identity } from '../database/identity.ts'
import type { Session } from '../database/session.ts'
import type { Queryable } from '../database/sql.ts'
import { onDemand } from '../graphql/loaders.ts'
import { blockLoaders } from '../modules/blocks/loaders.ts'
import { contactLoaders } from '../modules/contacts/loaders.ts'
import { followLoaders } from '../modules/follows/loaders.ts'
import { friendLoaders } from '../modules/friends/loaders.ts'
import { requestLoaders } from '../modules/friends/requests/loaders.ts'
import { linkLoaders } from '../modules/links/loaders.ts'
import type { Activity } from '../modules/presence/activity.ts'
import { presenceLoaders } from '../modules/presence/loaders.ts'
import { privacyLoader } from '../modules/privacy/loaders.ts'
import { quotaLoader } from '../modules/quotas/loaders.ts'
import type { Live } from '../modules/relationships/change.ts'
import { suggestionLoader } from '../modules/suggestions/loaders.ts'
import { usernameLoader } from '../modules/usernames/loaders.ts'
import { pairStateLoader } from '../pairs/pair-state.ts'
import { pairSummaryLoader } from '../pairs/pair-summary.ts'
import { userSummaryLoader } from '../pairs/user-summary.ts'
import { visibleLoader } from '../pairs/visibility.ts'
import { type Counter, openCounter } from './guards/rate-limit-store.ts'
import type { RequestTrace } from './observability/request-trace.ts'

type Loaders = ReturnType<typeof openLoaders>

const openLoaders = onDemand({
  visible: visibleLoader,
  pairSummary: pairSummaryLoader,
  pairState: pairStateLoader,
  friends: friendLoaders,
  requests: requestLoaders,
  contacts: contactLoaders,
  follows: followLoaders,
  blocks: blockLoaders,
  links: linkLoaders,
  presence: presenceLoaders,
  privacy: privacyLoader,
  quotas: quotaLoader,
  suggestions: suggestionLoader,
  userSummary: userSummaryLoader,
  byUsername: usernameLoader,
})

/** Loaders live as long as the snapshot that they ask. */
const loadersOf = new WeakMap<Queryable, Loaders>()

const counters = new WeakMap<Session, Counter>()

/** Which of the rules the operator decides. */
type PlatformRules = Pick<Config, 'maxBlocks' | 'publicIgnoresBlocks' | 'suggestionWeights'>

/**
 * One request: who asks, the way to the database as that identity, and the loaders of the present
 * snapshot.
 */
export class Context {
  readonly session: Session
  /** Names the request in the log. */
  readonly requestId: string
  /** How many blocks of one person may stand. */
  readonly maxBlocks: number
  /** Whether the platform shows public content across a block. */
  readonly publicIgnoresBlocks: boolean
  /** What suggestions are scored by: games, sports, mutual, place. */
  readonly suggestionWeights: readonly number[]
  /** Who the anonymous are counted as. */
  readonly client: string
  /** Where it is told who is here. */
  readonly activity: Activity
  /** The trace that the request belongs to, if it came over HTTP. */
  readonly trace: RequestTrace | null
  /** What the operation has to do with a stream. */
  readonly live: Live

  constructor(
    session: Session,
    requestId: string,
    platform: PlatformRules,
    client: string,
    activity: Activity,
    trace: RequestTrace | null = null,
    live: Live = null,
  ) {
    this.session = session
    this.requestId = requestId
    this.maxBlocks = platform.maxBlocks
    this.publicIgnoresBlocks = platform.publicIgnoresBlocks
    this.suggestionWeights = platform.suggestionWeights
    this.client = client
    this.activity = activity
    this.trace = trace
    this.live = live
  }

  get identity(): Identity {
    return this.session.identity
  }

  /** Counts what may not be called too often. */
  get counter(): Counter {
    const counter = counters.get(this.session) ?? openCounter(this.session, this.client)
    counters.set(this.session, counter)
    return counter
  }

  /**
   * Made anew for each snapshot, so that what is read after a write is never older than the write.
   * A getter of the class, not of the object: Apollo Server copies the context, and a copied value
   * would keep the first snapshot's.
   */
  get loaders(): Loaders {
    const snapshot = this.session.read
    const loaders = loadersOf.get(snapshot) ?? openLoaders(snapshot)
    loadersOf.set(snapshot, loaders)
    return loaders
  }

  /** Lets the present snapshot be read again, as if nothing had been asked yet. */
  forget(): void {
    loadersOf.delete(this.session.read)
  }
}
