import { GraphQLError } from 'graphql'

/** The request is not one we can answer: top-level `BAD_USER_INPUT`. The message is for the developer who sent it. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

/** Nobody is signed in, and this needs somebody: top-level `UNAUTHENTICATED`. */
export function unauthenticated(message = 'Sign in to do this.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } })
}

/** The one who asks may not have this: top-level `FORBIDDEN`. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } })
}

/** A read that was asked too often: top-level `RATE_LIMITED`, with the moment from which it passes again. */
export function rateLimited(retryAt: Date | null): GraphQLError {
  const extensions = { code: 'RATE_LIMITED', retryAt: retryAt?.toISOString() ?? null }
  return new GraphQLError('You are doing this too often.', { extensions })
}
