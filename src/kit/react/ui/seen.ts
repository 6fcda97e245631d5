import { type RefObject, useEffect } from 'react'
import type { ConnectionsClient } from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'
import { useRecordSuggestionsShown } from '../verb-hooks.ts'

interface Told {
  /** Suggestions that were told of on a day. */
  readonly days: Map<string, string>
  /** Seen, and not yet told. */
  waiting: string[]
  timer: ReturnType<typeof setTimeout> | undefined
}

const toldBy = /* @__PURE__ */ new WeakMap<ConnectionsClient, Told>()

/** Who looks at a row for so long has seen it. */
const lookedAtMs = 1_000
/** What is seen within this time is told together. */
const togetherMs = 1_000
const atOnce = 100

/** Tells the service once a day that a suggestion was on the screen. */
export function useTellOfSeen(element: RefObject<Element | null>, feedbackId: string): void {
  const client = useConnectionsClient()
  const { mutate } = useRecordSuggestionsShown()
  useEffect(() => {
    if (element.current === null) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer)
        if (entry?.isIntersecting === true)
          timer = setTimeout(() => {
            see(client, feedbackId, (feedbackIds) => {
              mutate({ feedbackIds })
            })
          }, lookedAtMs)
      },
      { threshold: 0.5 },
    )
    observer.observe(element.current)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [element, client, feedbackId, mutate])
}

function see(
  client: ConnectionsClient,
  feedbackId: string,
  tell: (feedbackIds: string[]) => void,
): void {
  const told: Told = toldBy.get(client) ?? { days: new Map(), waiting: [], timer: undefined }
  toldBy.set(client, told)
  // The service counts days of UTC.
  const today = new Date().toISOString().slice(0, 10)
  if (told.days.get(feedbackId) === today) return
  told.days.set(feedbackId, today)
  told.waiting.push(feedbackId)
  told.timer ??= setTimeout(() => {
    told.timer = undefined
    while (told.waiting.length > 0) tell(told.waiting.splice(0, atOnce))
  }, togetherMs)
}
