import { z } from 'zod'

/** That a block between two people began or ended, and when. */
export interface BlockChange {
  readonly userIds: readonly [string, string]
  /** Rises within the pair. As text: it may be larger than a number can say. */
  readonly version: string
  readonly at: Date
}

const blockChanged = z.object({
  time: z.iso.datetime({ offset: true }),
  pairversion: z.string().regex(/^\d{1,19}$/),
  // Any UUID, as connections has it; not only those that a generator makes.
  data: z.object({ userIds: z.tuple([z.guid(), z.guid()]) }),
})

/** Reads a `block.changed` of connections. @throws ZodError for one without what it must have */
export function readBlockChange(body: unknown): BlockChange {
  const { time, pairversion, data } = blockChanged.parse(body)
  return { userIds: data.userIds, version: pairversion, at: new Date(time) }
}

const typed = z.object({ type: z.string() })

/**
 * The type of a CloudEvent. Fields that a service does not need are not looked at, and a type that
 * it does not know asks for nothing: both may come with a newer version. @throws ZodError
 */
export function typeOf(body: unknown): string {
  return typed.parse(body).type
}
