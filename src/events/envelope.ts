/** An event of the outbox as it is told: dispatched, with its data worked out. */
export interface DispatchedEvent {
  readonly id: string
  readonly kind: string
  /**
   * Its dispatch number, as Postgres writes a bigint; null for an event that is about no pair, such
   * as a ping.
   */
  readonly version: string | null
  readonly createdAt: Date
  /** Of the request that caused it. */
  readonly traceparent: string | null
  readonly data: unknown
}

/** A CloudEvent 1.0 with its data, as JSON ("structured mode"). */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Rises within a pair. A text, because it may be more than a JSON number can say. */
  readonly pairversion?: string
  readonly traceparent?: string
  readonly data: unknown
}

/** The `content-type` of a CloudEvent in structured mode. */
export const cloudEventType = 'application/cloudevents+json'

/** Who says so: every event has this source, and `id` is unique in it. */
const source = '/connections'

/**
 * The CloudEvent of an event. The same event always makes the same one, so that each delivery of it
 * has the same body.
 */
export function toCloudEvent(event: DispatchedEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: event.kind,
    time: event.createdAt.toISOString(),
    datacontenttype: 'application/json',
    // Names of extensions have lower-case letters and digits only.
    ...(event.version !== null && { pairversion: event.version }),
    ...(event.traceparent !== null && { traceparent: event.traceparent }),
    data: event.data,
  }
}
