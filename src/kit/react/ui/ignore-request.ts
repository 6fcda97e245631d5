import { useRespondFriendRequest } from '../person-verb-hooks.ts'
import { useBegin } from './kept-focus.ts'
import { requestsEn } from './messages/requests.ts'
import { useNameOf } from './person.tsx'
import { type ShownPerson, useMessages } from './settings.ts'

/** The key of what is ignored until it can no longer be undone. */
export const ignoredKey = (userId: string) => `ignore ${userId}`

/**
 * Ignores a request of a person, which can be undone for a while.
 * @param focus called when it is undone; a list has a focus of its own
 */
export function useIgnoreRequest(
  user: ShownPerson,
  focus: () => void = () => undefined,
): (requestId: string) => void {
  const words = useMessages('requests', requestsEn)
  const begin = useBegin(ignoredKey(user.id), focus)
  const name = useNameOf()(user)
  const { mutateAsync } = useRespondFriendRequest(user.id)
  return (requestId) => {
    begin({
      userId: user.id,
      text: words.ignored(name),
      failedText: words.ignoreFailed(name),
      send: () => mutateAsync({ decision: 'REJECT', requestId }),
    })
  }
}
