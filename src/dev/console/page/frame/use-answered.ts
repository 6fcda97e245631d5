import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  requestFriend,
  respondFriendRequest,
  upgradeFriendship,
} from '../../../../kit/client/client.ts'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { answeredOptions } from '../graph/answered.ts'
import { answersInvite } from '../graph/game-verbs.ts'
import { markReadOptions, reloadInbox } from '../graph/inbox.ts'
import { tellOtherWindows } from '../graph/inbox-news.ts'
import { useUnread } from './use-unread.ts'

/** Names of verbs that can answer something, by the second word of their keys. Asking back does. */
const answers: readonly unknown[] = [
  respondFriendRequest.field,
  requestFriend.field,
  upgradeFriendship.field,
  answersInvite,
]

/**
 * Marks notifications as read that do not wait for an answer any more. An answer of the viewer is
 * no event, so that the inbox does not hear of it: the console looks after each answer that is
 * given in it, and where it looks at the inbox anyway for those that were given elsewhere.
 */
export function useAnswered(): void {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const hasUnread = useUnread() > 0
  const { data, dataUpdatedAt } = useQuery({ ...answeredOptions(client), enabled: hasUnread })
  const { mutate: markRead } = useMutation(markReadOptions(client))
  useEffect(() => {
    if (hasUnread && data !== undefined && data.length > 0) markRead(data.slice(0, mostMarked))
  }, [hasUnread, data, dataUpdatedAt, markRead])
  useEffect(
    () =>
      queryClient.getMutationCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'success') return
        if (!answers.includes(event.mutation.options.mutationKey?.[1])) return
        tellOtherWindows(client)
        void reloadInbox(queryClient)
      }),
    [client, queryClient],
  )
}

/** The graph takes no more ids at once. */
const mostMarked = 100
