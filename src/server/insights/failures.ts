import type { FastifyInstance } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** What an error may tell whoever asked; logs those that nobody expected. */
export type FormatError = (
  formatted: GraphQLFormattedError,
  error: unknown,
) => GraphQLFormattedError

const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  OVERLOADED: 503,
  DATABASE_UNAVAILABLE: 503,
}

const titles: Readonly<Record<number, string>> = {
  400: 'This period cannot be shown',
  503: 'Insights are not available now',
}

/**
 * Tells failures as a page, or as plain text who asked for CSV or may not ask at all. The words are
 * those of GraphQL.
 */
export function tellFailures(scope: FastifyInstance, formatError: FormatError): void {
  scope.setErrorHandler(async (error, request, reply) => {
    const formatted = error instanceof GraphQLError ? error.toJSON() : { message: '' }
    const { message, extensions = {} } = formatError(formatted, error)
    const { code, retryAfter, errorId } = extensions
    const status = statuses[String(code)] ?? 500
    const sentence = typeof errorId === 'string' ? `${message} errorId: ${errorId}` : message
    void reply.code(status)
    if (typeof retryAfter === 'number') void reply.header('retry-after', retryAfter)
    const wantsText = /^[^?]*\.csv(\?|$)/.test(request.url)
    if (status === 401 || status === 403 || wantsText)
      return reply.type('text/plain; charset=utf-8').send(`${sentence}\n`)
    const { failurePage } = await import('./page.ts')
    const page = failurePage(titles[status] ?? 'Something went wrong', sentence)
    return reply.type('text/html; charset=utf-8').send(page)
  })
}
