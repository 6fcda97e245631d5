import type { GraphiQLProps } from 'graphiql'
import { Kind, parse } from 'graphql'
import type { Via } from '../example.ts'
import type { Identity, Place } from './identity.ts'
import { hostIsGone, NotSignedIn, tokenOf } from './tokens.ts'

/** Facts about an answer. */
export interface Answered {
  readonly identity: Identity
  readonly via: Via
  readonly milliseconds: number
  /** SQL statements that connections sent for it; null when connections took no part. */
  readonly statements: number | null
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
    const send = async (to: Via, token: string | null) => {
      const response = await fetch(urls[to], {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          // A header from the pane "Headers" wins, a bad token included.
          ...(options?.headers as Record<string, string> | undefined),
        },
        body: JSON.stringify({ ...request, operationName: operationNameOf(request) }),
      })
      return (await response.json().catch(() => noJson(to, response.status))) as Answer
    }
    try {
      if (request.operationName === 'IntrospectionQuery') return await send(via, null)
      const place = await placeFor(request.query)
      if (place === null) return problem('Nothing was sent.')
      const start = performance.now()
      const token = await tokenOf(place.identity)
      const first = await send(place.via, token)
      const renewed =
        token !== null && isRefusal(first) ? await tokenOf(place.identity, token) : null
      const answer = renewed === null ? first : await send(place.via, renewed)
      answered({
        ...place,
        milliseconds: performance.now() - start,
        statements: statementsOf(answer),
      })
      return answer
    } catch (error) {
      return problem(
        error instanceof NotSignedIn ? `Nothing was sent. ${error.message}` : hostIsGone,
      )
    }
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
