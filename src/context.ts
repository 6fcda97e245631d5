import { openCounter, type Counter } from './base/burst-store.ts'
import type { Door } from './base/door.ts'
import type { Identity } from './base/identity.ts'
import type { Sql } from './base/sql.ts'
import { blockLoaders } from './blocks/loaders.ts'
import { contactLoaders } from './contacts/loaders.ts'
import { followLoaders } from './follows/loaders.ts'
import { friendLoaders } from './friends/loaders.ts'
import { linkLoaders } from './links/loaders.ts'
import { privacyLoader } from './privacy/loaders.ts'
import { quotaLoader } from './quotas/loaders.ts'
import { standingLoader } from './ties/standing.ts'
import { visibleLoader } from './ties/visible.ts'
import { cardLoader } from './users/loaders.ts'
import { usernameLoader } from './usernames/loaders.ts'

export type Loaders = ReturnType<typeof openLoaders>

function openLoaders(from: Sql) {
  return {
    visible: visibleLoader(from),
    standing: standingLoader(from),
    friends: friendLoaders(from),
    contacts: contactLoaders(from),
    follows: followLoaders(from),
    blocks: blockLoaders(from),
    links: linkLoaders(from),
    privacy: privacyLoader(from),
    quotas: quotaLoader(from),
    card: cardLoader(from),
    byUsername: usernameLoader(from),
  }
}

/** Loaders live as long as the snapshot that they ask. */
const loadersOf = new WeakMap<Sql, Loaders>()

/** One request: who asks, the way to the database as that identity, and the loaders of the present snapshot. */
export class Context {
  readonly door: Door
  /** Names the request in the log. */
  readonly requestId: string
  /** How many blocks of one person may stand. */
  readonly maxBlocks: number
  /** Counts what may not be called too often. */
  readonly counter: Counter

  /** @param client who the anonymous are counted as */
  constructor(door: Door, requestId: string, maxBlocks: number, client: string) {
    this.door = door
    this.requestId = requestId
    this.maxBlocks = maxBlocks
    this.counter = openCounter(door, client)
  }

  get identity(): Identity {
    return this.door.identity
  }

  /**
   * Made anew for each snapshot, so that what is read after a write is never older than the write. A getter of the
   * class, not of the object: Apollo Server copies the context, and a copied value would keep the first snapshot's.
   */
  get loaders(): Loaders {
    const snapshot = this.door.sql
    const loaders = loadersOf.get(snapshot) ?? openLoaders(snapshot)
    loadersOf.set(snapshot, loaders)
    return loaders
  }
}
