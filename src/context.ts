import type { Door } from './base/door.ts'
import type { Identity } from './base/identity.ts'
import type { Sql } from './base/sql.ts'
import { contactLoaders } from './contacts/loaders.ts'
import { visibleLoader } from './ties/visible.ts'

export type Loaders = ReturnType<typeof openLoaders>

function openLoaders(from: Sql) {
  return {
    visible: visibleLoader(from),
    contacts: contactLoaders(from),
  }
}

/** Loaders live as long as the snapshot that they ask. */
const loadersOf = new WeakMap<Sql, Loaders>()

/** One request: who asks, the way to the database as that identity, and the loaders of the present snapshot. */
export class Context {
  readonly door: Door
  /** Names the request in the log. */
  readonly requestId: string

  constructor(door: Door, requestId: string) {
    this.door = door
    this.requestId = requestId
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
