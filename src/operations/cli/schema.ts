import { Command } from 'commander'
import { examples } from './examples.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `schema`: the SDL of the subgraph, for a composer, a registry or a client's code generator. */
export const schemaCommand: BuildCommand = (host, finish) =>
  new Command('schema')
    .description('Print the SDL of the subgraph. Needs no database and no running service.')
    .option(
      '--content <types>',
      'content types of other subgraphs, for example Game:creator:visibility:GameVisibility (default: CONTENT)',
    )
    .option('--prefix <prefix>', 'prefix for the names of our types (default: TYPE_PREFIX)')
    .option(
      '--without <fields>',
      'fields to leave out, comma separated: Query.viewer,User.profile (default: WITHOUT)',
      // Given twice, it means both: the second alone would print another graph without a word.
      (given: string, before: string | undefined) =>
        before === undefined ? given : `${before},${given}`,
    )
    .option('--client', 'leave out what only services may use')
    .option(
      '--auth-directives',
      'add @authenticated and @requiresScopes, which Apollo Router enforces',
    )
    .option('--json', 'print JSON: { sdl }')
    .addHelpText(
      'after',
      examples(
        [
          'schema > subgraph.graphql',
          'schema --client',
          'schema --prefix Social --without Query.viewer,User.profile',
          'schema --auth-directives',
          'schema --content Game:creator:visibility:GameVisibility',
        ],
        {
          0: 'printed',
          1: 'failed',
          2: 'a prefix or content type is invalid, or a field is unknown or cannot be left out; each is named',
        },
      ) +
        '\n\nThe service reads CONTENT, TYPE_PREFIX and WITHOUT from its environment. Print the SDL with the same values.',
    )
    .action(async (options: SchemaOptions) => {
      finish(await printSchema(host, options))
    })

interface SchemaOptions {
  readonly content?: string
  readonly prefix?: string
  readonly without?: string
  readonly client?: true
  readonly authDirectives?: true
  readonly json?: true
}

async function printSchema(host: Host, options: SchemaOptions): Promise<ExitCode> {
  const [{ readGraph }, { printSubgraph }] = await Promise.all([
    import('../../config/graph-settings.ts'),
    import('../../server/printed-schema.ts'),
  ])
  const { content, prefix, without } = options
  const { modules, shape, problems } = readGraph({
    ...host.env,
    ...(content !== undefined && { CONTENT: content }),
    ...(prefix !== undefined && { TYPE_PREFIX: prefix }),
    ...(without !== undefined && { WITHOUT: without }),
  })
  for (const problem of problems) host.complain(asTyped(problem, options))
  if (problems.length > 0) return exitCodes.misused
  const sdl = printSubgraph(modules, shape, {
    client: options.client === true,
    authDirectives: options.authDirectives === true,
  })
  host.print(options.json === true ? JSON.stringify({ sdl }) : sdl)
  return exitCodes.done
}

/** A problem under the name by which the value was given. */
function asTyped(problem: string, { content, prefix, without }: SchemaOptions): string {
  if (content !== undefined && problem.startsWith('CONTENT:'))
    return problem.replace('CONTENT', '--content')
  if (prefix !== undefined && problem.startsWith('TYPE_PREFIX:'))
    return problem.replace('TYPE_PREFIX', '--prefix')
  if (without !== undefined && problem.startsWith('WITHOUT:'))
    return problem.replace('WITHOUT', '--without')
  return problem
}
