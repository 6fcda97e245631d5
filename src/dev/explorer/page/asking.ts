import type { GraphiQLProps } from 'graphiql'
import { Kind, parse } from 'graphql'
import type { Via } from '../example.ts'
import type { Identity } from './identity.ts'
import { hostIsGone, NotSignedIn, tokenOf } from './tokens.ts'

/** What is known of an answer besides what it says. */
export interface Answered {
  readonly identity: Identity
  readonly via: Via
  readonly milliseconds: number
  /** SQL statements that connections sent for it; null when it was not asked. */
  readonly statements: number | null
}

type Fetcher = GraphiQLProps['fetcher']
type Answer = Extract<Awaited<ReturnType<Fetcher>>, { data?: unknown }>

const urls: Record<Via, string> = { gateway: '/graphql', subgraph: '/explorer/subgraph' }

/**
 * What GraphiQL asks with: as whoever one is at that moment. Without a token nothing is sent, for an answer to nobody would look like one to
 * the person. A token that is refused is fetched anew, once: the dev world may have a new key.
 * @param answered told of each answer, but for GraphiQL's own questions about the schema
 */
export function asker(
  via: Via,
  identity: () => Identity,
  answered: (facts: Answered) => void,
): Fetcher {
  return async (request, options) => {
    const aboutSchema = request.operationName === 'IntrospectionQuery'
    const who = identity()
    const send = async (token: string | null) => {
      const response = await fetch(urls[via], {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          // What the developer writes into the pane of headers wins, a bad token included.
          ...(options?.headers as Record<string, string> | undefined),
        },
        body: JSON.stringify({ ...request, operationName: operationNameOf(request) }),
      })
      return (await response.json().catch(() => noJson(via, response.status))) as Answer
    }
    try {
      const start = performance.now()
      const token = aboutSchema ? null : await tokenOf(who)
      const first = await send(token)
      const renewed = token !== null && isRefusal(first) ? await tokenOf(who, token) : null
      const answer = renewed === null ? first : await send(renewed)
      if (!aboutSchema) {
        const milliseconds = performance.now() - start
        answered({ identity: who, via, milliseconds, statements: statementsOf(answer) })
      }
      return answer
    } catch (error) {
      const message =
        error instanceof NotSignedIn ? `Nothing was asked. ${error.message}` : hostIsGone
      return { errors: [{ message }] } as unknown as Answer
    }
  }
}

/**
 * GraphiQL learns a tenth of a second after its editor what the operation there is called. Who asks sooner asks for the one that was there
 * before; so a name that the document does not have is left out.
 */
function operationNameOf({ query, operationName }: Parameters<Fetcher>[0]) {
  try {
    const named = parse(query, { noLocation: true }).definitions.some(
      (each) => each.kind === Kind.OPERATION_DEFINITION && each.name?.value === operationName,
    )
    return named ? operationName : undefined
  } catch {
    // The server tells better what is wrong with the document.
    return operationName
  }
}

/** Whether nothing but a better token is wanted. A gateway passes a subgraph's 401 on as errors of its own answer. */
function isRefusal(answer: Answer): boolean {
  const errors: readonly { extensions?: { code?: unknown } }[] = answer.errors ?? []
  return (
    errors.length > 0 && errors.every(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
  )
}

/** A gateway tells of each request that it has sent, the subgraph of the one that it was sent. */
function statementsOf({ extensions }: Answer): number | null {
  interface Cost {
    readonly statements: readonly string[]
  }
  const costs = (extensions as { connections?: Cost | readonly Cost[] } | undefined)?.connections
  if (costs === undefined) return null
  return [costs].flat().reduce((sum, { statements }) => sum + statements.length, 0)
}

function noJson(via: Via, status: number) {
  return { errors: [{ message: `The ${via} answered with status ${status} and no JSON.` }] }
}
