import DataLoader from 'dataloader'
import type { Identity } from '../database/identity.ts'
import type { Queryable } from '../database/sql.ts'

/** Who asks, and what to ask with: the part of a request's context that a function needs. */
export interface Reader<Loaders> {
  readonly identity: Identity
  readonly loaders: Loaders
}

/** Asks at once for many keys; the answer says nothing of those that it has not found. */
type Batch<Key, Answer> = (from: Queryable, keys: readonly Key[]) => Promise<Answer>

/** The same for a page, or for what a filter leaves. */
type BatchFor<Key, Request, Answer> = (
  from: Queryable,
  keys: readonly Key[],
  request: Request,
) => Promise<Answer>

/**
 * One key in, one value or null out; asked for many keys at once, in one statement.
 * @param name for the metrics, `noun.what`
 */
export function lookup<Key extends string, Value>(
  from: Queryable,
  name: string,
  batch: Batch<Key, ReadonlyMap<Key, Value>>,
): DataLoader<Key, Value | null> {
  return batched(from, name, batch, (values, key) => values.get(key) ?? null)
}

/** Ids in, numbers out: how many each key has; 0 when it is not in the answer. */
export function counts<Key extends string>(
  from: Queryable,
  name: string,
  batch: Batch<Key, ReadonlyMap<Key, number>>,
): DataLoader<Key, number> {
  return batched(from, name, batch, (numbers, key) => numbers.get(key) ?? 0)
}

/** Ids in, members out: whether each key belongs to a set. */
export function membership<Key extends string>(
  from: Queryable,
  name: string,
  batch: Batch<Key, ReadonlySet<Key>>,
): DataLoader<Key, boolean> {
  return batched(from, name, batch, (members, key) => members.has(key))
}

/** The same page of many lists: one loader, so one statement, for each distinct request. */
export function pages<Key extends string, Value, Request extends object>(
  from: Queryable,
  name: string,
  batch: BatchFor<Key, Request, ReadonlyMap<Key, Value>>,
): (request: Request) => DataLoader<Key, Value | null> {
  return perRequest((request) => lookup(from, name, (_, keys) => batch(from, keys, request)))
}

/** How many of each key's a filter leaves: one statement for each distinct filter. */
export function filteredCounts<Key extends string, Filter extends object>(
  from: Queryable,
  name: string,
  batch: BatchFor<Key, Filter, ReadonlyMap<Key, number>>,
): (filter: Filter) => DataLoader<Key, number> {
  return perRequest((filter) => counts(from, name, (_, keys) => batch(from, keys, filter)))
}

function perRequest<Request extends object, Loader>(
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

function batched<Key extends string, Answer, Value>(
  from: Queryable,
  name: string,
  batch: Batch<Key, Answer>,
  read: (answer: Answer, key: Key) => Value,
): DataLoader<Key, Value> {
  return new DataLoader(async (keys) => {
    from.statistics.batch(name, keys.length)
    const answer = await batch(from, keys)
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
