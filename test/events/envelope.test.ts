import { CloudEvent as SdkEvent, HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { eventCatalogue } from '../../src/events/catalogue.ts'
import { cloudEventType, toCloudEvent } from '../../src/events/envelope.ts'

const followed = {
  id: '5d1c1b38-9f0e-4f7e-8a55-2c0f7d9f6b04',
  kind: 'follow.created',
  version: '9007199254740993',
  createdAt: new Date('2026-11-28T14:05:12.345Z'),
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data: eventCatalogue['follow.created'].example,
}

describe('the envelope of an event', () => {
  it('is a CloudEvent with the id, kind, time, version and trace of the event', () => {
    expect(toCloudEvent(followed)).toEqual({
      specversion: '1.0',
      id: followed.id,
      source: '/connections',
      type: 'follow.created',
      time: '2026-11-28T14:05:12.345Z',
      datacontenttype: 'application/json',
      pairversion: '9007199254740993',
      traceparent: followed.traceparent,
      data: followed.data,
    })
  })

  it('leaves out what an event does not have', () => {
    const ping = { ...followed, kind: 'ping', version: null, traceparent: null, data: {} }
    expect(Object.keys(toCloudEvent(ping))).not.toContain('pairversion')
    expect(Object.keys(toCloudEvent(ping))).not.toContain('traceparent')
    expect(() => new SdkEvent({ ...toCloudEvent(ping) }, true)).not.toThrow()
  })

  it.each(Object.values(eventCatalogue))(
    'is accepted for $kind by the SDK of CloudEvents, as it arrives over HTTP',
    ({ kind, example }) => {
      const body = JSON.stringify(toCloudEvent({ ...followed, kind, data: example }))
      const read = HTTP.toEvent({ headers: { 'content-type': cloudEventType }, body })
      if (!(read instanceof SdkEvent)) throw new Error('One event was read as several.')
      expect(read.validate()).toBe(true)
      expect(read).toMatchObject({ id: followed.id, type: kind, data: example })
      expect(read['pairversion']).toBe(followed.version)
    },
  )

  it('is what the SDK refuses to be with a name that CloudEvents does not allow', () => {
    const { pairversion, ...rest } = toCloudEvent(followed)
    expect(() => new SdkEvent({ ...rest, pairVersion: pairversion }, true)).toThrow('pairVersion')
  })

  it('is the same bytes every time', () => {
    const bodies = [1, 2, 3].map(() => JSON.stringify(toCloudEvent(structuredClone(followed))))
    expect(new Set(bodies).size).toBe(1)
  })
})
