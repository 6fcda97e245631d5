import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { GraphQLError } from 'graphql'
import { alarm } from '../../database/deadlines.ts'
import { overloaded } from '../../graphql/errors.ts'

const ofGraphQL = 'application/graphql-response+json'

/**
 * Answers a request whose operation has not ended in time. All that an operation waits for has a
 * deadline of its own, and that comes first: when this is needed, something waits for what never
 * comes, which is a mistake of ours.
 * @param late told of the request; gives the error as the client may see it
 */
export function answerInTime(
  handler: RouteHandlerMethod,
  ms: number,
  late: (request: FastifyRequest, error: GraphQLError) => object,
): RouteHandlerMethod {
  return function (request, reply) {
    return new Promise((resolve, reject) => {
      const callOff = alarm(ms, () => {
        const kind = request.headers.accept?.includes(ofGraphQL) ? ofGraphQL : 'application/json'
        void reply.type(`${kind}; charset=utf-8`)
        resolve(JSON.stringify({ errors: [late(request, overloaded('request'))] }))
      })
      Promise.resolve(handler.call(this, request, reply))
        .finally(callOff)
        .then(resolve, reject)
    })
  }
}
