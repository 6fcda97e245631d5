import DataLoader from 'dataloader'
import type { Queryable } from '../database/sql.ts'

/**
 * One key in, one value or null out; asked for many keys at once, in one statement.
 * @param name for the metrics, `noun.what`
 * @param batch answers a map; a key that is not in it has no value
 */
export function lookup<Key extends string, Value>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): DataLoader<Key, Value | null> {
  return new DataLoader(async (keys) => {
    sql.statistics.batch(name, keys.length)
    const found = await batch(keys)
    return keys.map((key) => found.get(key) ?? null)
  })
}

/** Ids in, members out: whether each key belongs to a set. */
export function membership<Key extends string>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[]) => Promise<ReadonlySet<Key>>,
): DataLoader<Key, boolean> {
  return new DataLoader(async (keys) => {
    sql.statistics.batch(name, keys.length)
    const members = await batch(keys)
    return keys.map((key) => members.has(key))
  })
}

/**
 * Makes loaders by name when they are first asked for: an operation needs few of all that there are.
 * @returns what opens them on a snapshot
 */
export function onDemand<Makers extends Record<string, (from: Queryable) => unknown>>(
  makers: Makers,
): (from: Queryable) => { readonly [Name in keyof Makers]: ReturnType<Makers[Name]> } {
  class OnDemand {
    readonly from: Queryable

    constructor(from: Queryable) {
      this.from = from
    }
  }
  for (const [name, make] of Object.entries(makers)) {
    Object.defineProperty(OnDemand.prototype, name, {
      get(this: OnDemand) {
        const value = make(this.from)
        Object.defineProperty(this, name, { value })
        return value
      },
    })
  }
  return (from) => new OnDemand(from) as never
}

/** The same page of many lists: one loader, so one statement, for each distinct set of arguments. */
export function pages<Key extends string, Value, Request extends object>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[], request: Request) => Promise<ReadonlyMap<Key, Value>>,
): (request: Request) => DataLoader<Key, Value | null> {
  const loaders = new Map<string, DataLoader<Key, Value | null>>()
  return (request) => {
    const key = JSON.stringify(request)
    const loader = loaders.get(key) ?? lookup<Key, Value>(sql, name, (keys) => batch(keys, request))
    loaders.set(key, loader)
    return loader
  }
}
