import type { Viewer } from '../database/identity.ts'
import type { Session } from '../database/session.ts'
import { asViewer } from '../graphql/authorize.ts'
import { notUuid, parseUserId, type UserId } from '../graphql/ids.ts'
import { type Outcome, toPayload } from '../graphql/payloads.ts'
import { isRefused, refuse, type Refused, refuseInput } from '../graphql/refusals.ts'

/**
 * A mutation of the viewer that changes their pair with the person in `userId`. What is not a UUID
 * is refused with INVALID_INPUT, and the viewer's own id with SELF, before the database is asked
 * anything.
 * @param change what the mutation does once both people are known
 * @param done the rest of the payload when it was not refused
 * @throws UNAUTHENTICATED for the anonymous, FORBIDDEN for services
 */
export async function mutatePair<Done extends { readonly changed: boolean }, Rest extends object>(
  context: { readonly session: Session },
  userId: string,
  change: (session: Session<Viewer>, other: UserId) => Promise<Done | Refused>,
  done: (result: Done, other: UserId, viewer: UserId) => Rest,
): Promise<Outcome & Partial<Rest>> {
  const session = asViewer(context.session)
  const viewer = session.identity.userId
  const other = parseOther(viewer, userId)
  if (isRefused(other)) return toPayload<Done, Rest>(other, () => ({}) as Rest)
  return toPayload(await change(session, other), (result) => done(result, other, viewer))
}

function parseOther(viewer: UserId, userId: string): UserId | Refused {
  const other = parseUserId(userId)
  if (other === null) return refuseInput(['userId'], notUuid)
  return other === viewer ? refuse('SELF', { field: ['userId'] }) : other
}
