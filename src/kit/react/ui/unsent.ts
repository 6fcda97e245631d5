import { onlineManager, useIsMutating } from '@tanstack/react-query'
import { type ConnectionsClient, root } from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'

/** Whether something that the viewer did waits for the network. */
export function useIsUnsent(): boolean {
  const { viewer } = useConnectionsClient()
  const waiting = useIsMutating({
    mutationKey: [root],
    predicate: ({ state, options: { mutationKey } }) =>
      // A verb that waits for its turn is paused, too.
      state.isPaused &&
      !onlineManager.isOnline() &&
      mutationKey?.[1] !== 'recordSuggestionsShown' &&
      (mutationKey?.[2] as Partial<ConnectionsClient> | undefined)?.viewer === viewer,
  })
  return waiting > 0
}
