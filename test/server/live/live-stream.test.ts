import { describe, expect, it } from 'vitest'
import { parseUserId } from '../../../src/graphql/ids.ts'
import { limits } from '../../../src/limits.ts'
import type { RelationshipChange } from '../../../src/modules/relationships/change.ts'
import { LiveStream } from '../../../src/server/live/live-stream.ts'
import { newUserId } from '../../support/test-service.ts'

function changeOf(id: string): RelationshipChange {
  return {
    id,
    kind: 'FOLLOWED',
    at: new Date(),
    user: { id: parseUserId(newUserId()) ?? newUserId() },
  }
}

const told = ({ id }: RelationshipChange) => Promise.resolve({ data: { id } })

describe('a stream', () => {
  it('ends at once when its reader leaves, although it waits for the next change', async () => {
    const stream = new LiveStream(told)
    const waiting = stream.next()
    await stream.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  it('gives changes in their order, one after the other', async () => {
    const stream = new LiveStream(told)
    for (const id of ['1', '2', '3']) stream.tell(changeOf(id))
    for (const id of ['1', '2', '3']) expect((await stream.next()).value).toEqual({ data: { id } })
  })

  it('leaves out what must not be told', async () => {
    const stream = new LiveStream((change) =>
      change.id === 'hidden' ? Promise.resolve(null) : told(change),
    )
    for (const id of ['hidden', 'told']) stream.tell(changeOf(id))
    expect((await stream.next()).value).toEqual({ data: { id: 'told' } })
  })

  it('keeps a bounded number of changes for a client that reads none', () => {
    const stream = new LiveStream(told)
    const taken = Array.from({ length: limits.live.waitingChanges }, () =>
      stream.tell(changeOf('')),
    )
    expect(taken.every(Boolean)).toBe(true)
    expect(stream.tell(changeOf('one too many'))).toBe(false)
  })

  it('has room for all events of one look, which may be one person’s new followers', () => {
    const stream = new LiveStream(told)
    const taken = Array.from({ length: limits.live.eventsAtOnce }, () => stream.tell(changeOf('')))
    expect(taken.every(Boolean)).toBe(true)
  })

  it('says nothing after its end but why it ended, not even what was being answered', async () => {
    const { promise, resolve } = Promise.withResolvers<{ data: Record<string, unknown> }>()
    const stream = new LiveStream(() => promise)
    stream.tell(changeOf('1'))
    stream.tell(changeOf('2'))
    const waiting = stream.next()
    stream.end({ data: { last: true } })
    resolve({ data: { late: true } })
    expect(await waiting).toEqual({ done: false, value: { data: { last: true } } })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })
})
