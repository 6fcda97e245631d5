import { readFileSync } from 'node:fs'

/** Every kind of event. Each has a file in catalogue/, and a test holds the two together. */
export const eventKinds = [
  'friend_request.created',
  'friend_request.accepted',
  'follow.created',
  'game.friend_joined',
  'block.changed',
] as const

export type EventKind = (typeof eventKinds)[number]

/** The two people of an event: who has acted, and the other one. */
type Party = 'actor' | 'other'

/** What a file of the catalogue says of one kind. */
export interface EventDescription {
  readonly kind: EventKind
  /** The heading that it stands under in docs/reference/events.md. */
  readonly group: string
  /** Whether it may reach a person; what hurts is for services only (rules 0.7, 8.6). */
  readonly audience: 'people' | 'services'
  /** The version of this service that had it first. */
  readonly since: string
  readonly description: string
  /** Who may be notified of it. */
  readonly recipients: readonly Party[]
  /** Who hears it by the subscription `relationshipChanged`. */
  readonly live: readonly Party[]
  /** The JSON Schema of its data. */
  readonly schema: DataSchema
  /** Data as it may be. */
  readonly example: Readonly<Record<string, unknown>>
}

interface DataSchema {
  readonly properties: Readonly<Record<string, { readonly description: string }>>
}

/** What is known of each kind of event. Docs are made from it, and tests hold every event to it. */
export const eventCatalogue = Object.fromEntries(
  eventKinds.map((kind) => [kind, describe(kind)]),
) as Readonly<Record<EventKind, EventDescription>>

/** Whether a text is the kind of an event. */
export function isEventKind(text: string): text is EventKind {
  return Object.hasOwn(eventCatalogue, text)
}

function describe(kind: EventKind): EventDescription {
  const file = new URL(`catalogue/${kind}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as EventDescription
}
