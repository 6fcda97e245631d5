import { ApolloServer } from '@apollo/server'
import {
  type DocumentNode,
  execute,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { openDatabase } from '../../src/database/database.ts'
import type { Identity } from '../../src/database/identity.ts'
import { limits } from '../../src/limits.ts'
import { Activity } from '../../src/modules/presence/activity.ts'
import { ensureUsers } from '../../src/modules/users/ensure-users.ts'
import { Context } from '../../src/server/context.ts'
import { protections, refusalOfCost } from '../../src/server/guards/document-limits.ts'
import { isOverLimit } from '../../src/server/guards/limit-status.ts'
import { outgoingErrors } from '../../src/server/outgoing-errors.ts'
import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'
import type { Answer, Answering, AskerName, Question } from './question.ts'

/** An unexpected error of a resolver, which both sides should never meet. */
export type ReportUnexpected = (error: Error) => void

/**
 * The right answers: graphql-js executes each question as if it had never come before, over the
 * service's own schema, context and masking of errors. Of Apollo Server it has the rules of
 * validation, and neither its pipeline nor an executor.
 * @param identityOf who an asker is
 */
export function openReference(
  databaseUrl: string,
  identityOf: (asker: AskerName) => Identity,
  onUnexpected: ReportUnexpected = () => undefined,
): Answering {
  const schema = buildSchema(withGames)
  const database = openDatabase({ url: databaseUrl, poolSize: 2 })
  const ensureUser = ensureUsers(database)
  const activity = new Activity(database, () => undefined)
  const mask = outgoingErrors(onUnexpected)
  const { validationRules, laterValidationRules, validationOptions, parseOptions } = rulesOf(schema)
  const rules = [...specifiedRules, ...validationRules]

  const format = (error: GraphQLError, code = 'INTERNAL_SERVER_ERROR') => {
    // graphql-js hints at a selection set even when it is told to keep its suggestions.
    const message = error.message.replace(/ ?Did you mean(.+?)\?$/, '')
    return mask({ ...error.toJSON(), message, extensions: { code, ...error.extensions } }, error)
  }
  const refused = (errors: readonly GraphQLError[], code?: string): Answer => ({
    status: errors.every(({ message }) => isOverLimit(message)) ? 200 : 400,
    body: `${JSON.stringify({ errors: errors.map((error) => format(error, code)) })}\n`,
  })

  let last: ReturnType<typeof read> | null = null
  const read = (text: string) => {
    const parsed = parseSafely(text, parseOptions)
    if (parsed instanceof GraphQLError) return { text, parsed, invalid: [] }
    const options = { ...validationOptions, hideSuggestions: true }
    const invalid = validate(schema, parsed, rules, options)
    if (invalid.length > 0) return { text, parsed, invalid }
    return { text, parsed, invalid: validate(schema, parsed, laterValidationRules) }
  }

  async function ask(question: Question, asker: AskerName): Promise<Answer> {
    const { text, operationName } = question
    const variables = question.variables ?? {}
    if (last?.text !== text) last = read(text)
    const { parsed, invalid } = last
    if (parsed instanceof GraphQLError) return refused([parsed], 'GRAPHQL_PARSE_FAILED')
    if (invalid.length > 0) return refused(invalid, 'GRAPHQL_VALIDATION_FAILED')
    const operation = getOperationAST(parsed, operationName)
    if (operation && schema.getRootType(operation.operation) == null)
      return refused(
        [new GraphQLError(`The schema has no ${operation.operation} type.`)],
        'BAD_USER_INPUT',
      )
    const costly = operation && costOf(schema, { operation, document: parsed }, variables)
    if (costly) return refused([costly])
    const identity = identityOf(asker)
    await ensureUser(identity)
    const platform = {
      maxBlocks: limits.caps.blocks.standard,
      publicIgnoresBlocks: false,
      suggestionWeights: [0.35, 0.3, 0.2, 0.15],
    }
    const context = new Context(database.as(identity), 'proof', platform, '', activity)
    try {
      const { data, errors } = await execute({
        schema,
        document: parsed,
        contextValue: context,
        variableValues: variables,
        operationName,
      })
      if (operation === null || operation === undefined)
        return refused(errors ?? [], 'OPERATION_RESOLUTION_FAILURE')
      return {
        status: 200,
        body: `${JSON.stringify({ errors: errors?.map((error) => format(error)), data })}\n`,
      }
    } finally {
      await context.session.finish()
    }
  }
  const close = async () => {
    await activity.end()
    await database.close()
  }
  return { ask, close }
}

/** Whether a question only reads, if it does anything at all. */
export function readsOnly({ text, operationName }: Question): boolean {
  const parsed = parseSafely(text)
  if (parsed instanceof GraphQLError) return true
  return getOperationAST(parsed, operationName)?.operation !== OperationTypeNode.MUTATION
}

function costOf(schema: GraphQLSchema, ...asked: CostArguments): GraphQLError | null {
  try {
    return refusalOfCost(schema, ...asked, true)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

type CostArguments = [
  operation: Parameters<typeof refusalOfCost>[1],
  variables: Record<string, unknown>,
]

function parseSafely(text: string, options = {}): DocumentNode | GraphQLError {
  try {
    return parse(text, options)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

/**
 * The rules that a server with our protections validates by, beside those of the specification:
 * those that run with them, and those that run when these have found nothing. Apollo Server makes
 * some of the protections' options, and tells nobody which, so they are read off a server that
 * never starts.
 */
function rulesOf(schema: GraphQLSchema) {
  // eslint-disable-next-line @typescript-eslint/dot-notation -- it is private
  const internals = new ApolloServer({ schema, ...protections(true) })['internals']
  const { validationRules, laterValidationRules = [], validationOptions, parseOptions } = internals
  return { validationRules, laterValidationRules, validationOptions, parseOptions }
}
