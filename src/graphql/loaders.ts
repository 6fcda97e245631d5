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
  return batched(sql, name, batch, (values, key) => values.get(key) ?? null)
}

/** Ids in, numbers out: how many each key has; 0 when it is not in the answer. */
export function counts<Key extends string>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, number>>,
): DataLoader<Key, number> {
  return batched(sql, name, batch, (numbers, key) => numbers.get(key) ?? 0)
}

/** Ids in, members out: whether each key belongs to a set. */
export function membership<Key extends string>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[]) => Promise<ReadonlySet<Key>>,
): DataLoader<Key, boolean> {
  return batched(sql, name, batch, (members, key) => members.has(key))
}

function batched<Key extends string, Answer, Value>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[]) => Promise<Answer>,
  read: (answer: Answer, key: Key) => Value,
): DataLoader<Key, Value> {
  return new DataLoader(async (keys) => {
    sql.statistics.batch(name, keys.length)
    const answer = await batch(keys)
    return keys.map((key) => read(answer, key))
  })
}

/**
 * Makes loaders by name when they are first asked for: an operation needs few of all that there
 * are.
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

/** The same page of many lists: one statement for each distinct request. */
export function pages<Key extends string, Value, Request extends object>(
  sql: Queryable,
  name: string,
  batch: (keys: readonly Key[], request: Request) => Promise<ReadonlyMap<Key, Value>>,
): (request: Request) => DataLoader<Key, Value | null> {
  return perRequest((request) => lookup(sql, name, (keys) => batch(keys, request)))
}

/** One loader, so one statement, for each distinct request. */
export function perRequest<Request extends object, Loader>(
  open: (request: Request) => Loader,
): (request: Request) => Loader {
  const loaders = new Map<string, Loader>()
  return (request) => {
    const key = JSON.stringify(request)
    const loader = loaders.get(key) ?? open(request)
    loaders.set(key, loader)
    return loader
  }
}
