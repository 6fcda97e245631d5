import { useRespondFriendRequest } from '../person-verb-hooks.ts'
import { useUndo } from '../undo.ts'
import { requestsEn } from './messages/requests.ts'
import { useNameOf } from './person.tsx'
import { type ShownPerson, useMessages } from './settings.ts'

/** The key of what is ignored until it can no longer be undone. */
export const ignoredKey = (userId: string) => `ignore ${userId}`

/** Ignores a request of a person, which can be undone for a while. */
export function useIgnoreRequest(user: ShownPerson): (requestId: string) => void {
  const words = useMessages('requests', requestsEn)
  const { begin } = useUndo()
  const name = useNameOf()(user)
  const { mutateAsync } = useRespondFriendRequest(user.id)
  return (requestId) => {
    begin({
      key: ignoredKey(user.id),
      userId: user.id,
      text: words.ignored(name),
      failedText: words.ignoreFailed(name),
      send: () => mutateAsync({ decision: 'REJECT', requestId }),
    })
  }
}
