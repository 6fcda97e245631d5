import type { GraphiQLProps } from 'graphiql'

type Result = Awaited<ReturnType<GraphiQLProps['fetcher']>>
type Answer = Extract<Result, { data?: unknown }>
/** What GraphiQL subscribes to when it runs a subscription. */
type Stream = Extract<Result, { subscribe: unknown }>

/** What a stream tells the page of itself. */
export interface StreamState {
  readonly events: number
  /** Whether more may come. */
  readonly isOpen: boolean
}

/** Whether a response is the stream of a subscription, rather than one answer. */
export function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true
}

/**
 * The events of a subscription, as they arrive.
 * @param told of each change: an event more, or the end
 * @param hangUp ends the request; it is called when GraphiQL wants no more
 */
export function streamOf(
  response: Response,
  told: (state: StreamState) => void,
  hangUp: () => void,
): Stream {
  return {
    subscribe: (observer: Observer) => {
      void pump(response, observer, told)
      return { unsubscribe: hangUp }
    },
  } as unknown as Stream
}

interface Observer {
  readonly next: (answer: Answer) => void
  readonly complete: () => void
}

/** Reads until the server, the network or the person ends it; all three are the end of it. */
async function pump(
  response: Response,
  observer: Observer,
  told: (state: StreamState) => void,
): Promise<void> {
  let events = 0
  told({ events, isOpen: true })
  try {
    for await (const answer of answersIn(response)) {
      observer.next(answer)
      told({ events: ++events, isOpen: true })
    }
  } catch {
    // What came before stays on the screen, and the footer says that nothing more comes.
  }
  observer.complete()
  told({ events, isOpen: false })
}

/** The answers in a stream of the GraphQL over SSE protocol: one in each event `next`. */
async function* answersIn({ body }: Response): AsyncGenerator<Answer> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    const blocks = (text + part.value).replaceAll('\r\n', '\n').split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = block.split('\n')
      if (fields.includes('event: complete')) return
      const data = fields.find((field) => field.startsWith('data:'))?.slice('data:'.length)
      // Comments keep the connection alive and say nothing.
      if (data !== undefined && data.trim() !== '') yield JSON.parse(data) as Answer
    }
  }
}
