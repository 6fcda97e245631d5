import type { GraphiQLProps } from 'graphiql'
import { getOperationAST, Kind, OperationTypeNode, parse } from 'graphql'
import type { Via } from '../example.ts'
import type { Identity, Place } from './identity.ts'
import { isStream, streamOf, type StreamState } from './stream.ts'
import { hostIsGone, NotSignedIn, tokenOf } from './tokens.ts'

/** Facts about an answer. */
export interface Answered {
  readonly identity: Identity
  readonly via: Via
  readonly milliseconds: number
  /** SQL statements that connections sent for it; null when connections took no part. */
  readonly statements: number | null
  /** Of a subscription; null for a single answer. */
  readonly stream: StreamState | null
}

type Fetcher = GraphiQLProps['fetcher']
type Answer = Extract<Awaited<ReturnType<Fetcher>>, { data?: unknown }>

const urls: Record<Via, string> = { gateway: '/graphql', subgraph: '/explorer/subgraph' }

/**
 * Sends what GraphiQL runs. Without a token nothing is sent, because an answer to nobody would look
 * like one to the person. A token that is refused is fetched again, once: the dev stack may have a
 * new key.
 * @param via where GraphiQL reads the schema
 * @param placeFor who sends a document and where to; null when it must not be sent
 * @param answered told of each answer, except GraphiQL's own questions about the schema
 */
export function asker(
  via: Via,
  placeFor: (document: string) => Promise<Place | null>,
  answered: (facts: Answered) => void,
): Fetcher {
  return async (request, options) => {
    const operationName = operationNameOf(request)
    const listens = isSubscription(request.query, operationName)
    const controller = new AbortController()
    const send = (to: Via, token: string | null) =>
      fetch(urls[to], {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(listens && { accept: 'text/event-stream, application/json' }),
          ...(token !== null && { authorization: `Bearer ${token}` }),
          // A header from the pane "Headers" wins, a bad token included.
          ...(options?.headers as Record<string, string> | undefined),
        },
        body: JSON.stringify({ ...request, operationName }),
        signal: controller.signal,
      })
    try {
      if (request.operationName === 'IntrospectionQuery')
        return await answerIn(await send(via, null), via)
      const place = await placeFor(request.query)
      if (place === null) return problem('Nothing was sent.')
      const start = performance.now()
      const told = (facts: Pick<Answered, 'statements' | 'stream'>) => {
        answered({ ...place, milliseconds: performance.now() - start, ...facts })
      }
      const token = await tokenOf(place.identity)
      let response = await send(place.via, token)
      for (let tries = 1; ; tries++) {
        if (isStream(response))
          return streamOf(
            response,
            (stream) => {
              told({ stream, statements: null })
            },
            () => {
              controller.abort()
            },
          )
        const answer = await answerIn(response, place.via)
        const renewed =
          tries === 1 && token !== null && isRefusal(answer)
            ? await tokenOf(place.identity, token)
            : null
        if (renewed === null) {
          told({ statements: statementsOf(answer), stream: null })
          return answer
        }
        response = await send(place.via, renewed)
      }
    } catch (error) {
      return problem(
        error instanceof NotSignedIn ? `Nothing was sent. ${error.message}` : hostIsGone,
      )
    }
  }
}

async function answerIn(response: Response, via: Via): Promise<Answer> {
  return (await response.json().catch(() => noJson(via, response.status))) as Answer
}

/** Whether a document asks to be told what happens, for as long as it is open. */
function isSubscription(query: string, operationName: string | null | undefined): boolean {
  try {
    const operation = getOperationAST(parse(query, { noLocation: true }), operationName)
    return operation?.operation === OperationTypeNode.SUBSCRIPTION
  } catch {
    return false
  }
}

function problem(message: string): Answer {
  return { errors: [{ message }] } as unknown as Answer
}

/**
 * GraphiQL knows the operation's name a tenth of a second after the editor has changed. Until then
 * it sends the old name, so a name that the document does not have is left out.
 */
function operationNameOf({ query, operationName }: Parameters<Fetcher>[0]) {
  try {
    const named = parse(query, { noLocation: true }).definitions.some(
      (each) => each.kind === Kind.OPERATION_DEFINITION && each.name?.value === operationName,
    )
    return named ? operationName : undefined
  } catch {
    // The server explains better what is wrong with the document.
    return operationName
  }
}

/**
 * Whether a new token would help. A gateway passes a subgraph's 401 on as errors of its own answer.
 */
function isRefusal(answer: Answer): boolean {
  const errors: readonly { extensions?: { code?: unknown } }[] = answer.errors ?? []
  return (
    errors.length > 0 && errors.every(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
  )
}

/** A gateway reports each request that it sent to a subgraph; the subgraph reports its own. */
function statementsOf({ extensions }: Answer): number | null {
  interface Cost {
    readonly statements: readonly string[]
  }
  const costs = (extensions as { connections?: Cost | readonly Cost[] } | undefined)?.connections
  if (costs === undefined) return null
  return [costs].flat().reduce((sum, { statements }) => sum + statements.length, 0)
}

function noJson(via: Via, status: number): Answer {
  return problem(`The ${via} answered with status ${status} and no JSON.`)
}
