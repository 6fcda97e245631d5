import { useQuery } from '@tanstack/react-query'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { unreadOptions } from '../graph/inbox.ts'

/** How many notifications the viewer has not read. */
export function useUnread(): number {
  const client = useConnectionsClient()
  return useQuery(unreadOptions(client)).data ?? 0
}
