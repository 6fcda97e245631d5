import { z } from 'zod'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import { subjectId } from '../auth/subject-id.ts'

/** What the account service says that happened to a person. */
export interface AccountEvent {
  readonly type: 'user.created' | 'user.deleted'
  readonly userId: UserId
}

const text = z.string().min(1).optional().catch(undefined)

/**
 * CloudEvents, with the person as `subject` or in `data` as Auth0 writes it
 * (`data.object.user_id`), and what Clerk, Stack and others send: `{ type, data: { id } }`.
 */
const form = z.object({
  type: z.string(),
  subject: text,
  data: z
    .object({
      id: text,
      user_id: text,
      object: z.object({ user_id: text }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
})

/**
 * Reads the body of a signed message.
 * @param namespace makes ids of subjects, as for tokens; without it a person's id is a UUID
 * @returns null for events that are not ours to act on; a sentence for those that cannot be read,
 * which names no person
 */
export function readAccountEvent(
  body: string,
  namespace: string | undefined,
): AccountEvent | string | null {
  const event = form.safeParse(parse(body)).data
  if (event === undefined) return 'The body is not a JSON object with a `type`.'
  const { type, data, subject } = event
  if (type !== 'user.created' && type !== 'user.deleted') return null
  const named = data?.object?.user_id ?? data?.user_id ?? data?.id ?? subject
  if (named === undefined) return namesNobody
  const id = namespace === undefined ? named : (subjectId(namespace, named) ?? '')
  const userId = parseUserId(id)
  if (userId !== null) return { type, userId }
  return namespace === undefined
    ? "The user's id is not a UUID."
    : "The user's id is blank, too long, or has control characters."
}

const namesNobody =
  'The event names no user in `data.id`, `data.user_id`, `data.object.user_id` or `subject`.'

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
