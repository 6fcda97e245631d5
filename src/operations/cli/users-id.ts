import { Command } from 'commander'
import { examples } from './examples.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `users id`: which person a subject of the auth service is here. */
export const usersIdCommand: BuildCommand = (host, finish) =>
  new Command('id')
    .description(
      'Print the id (`User.id`) of each person by the `sub` of their token, one per line. Needs no database.',
    )
    .argument('<subjects...>', 'exactly as the auth service writes them')
    .option(
      '--namespace <uuid>',
      'the namespace of AUTH_SUBJECT=external (default: AUTH_SUBJECT_NAMESPACE)',
    )
    .option('--json', 'print a JSON array of { subject, id }')
    .addHelpText(
      'after',
      examples(
        [
          "users id 'auth0|507f1f77bcf86cd799439020'",
          'users id user_2NNEqL2nrIRdJ194ndJqAHwEfxC --json',
          'users id google-oauth2|1034 --namespace 6f7a1d2e-5c40-4c1b-9a43-0a6b2d1c9e55',
        ],
        {
          0: 'printed',
          1: 'a subject is blank, too long, or not a UUID (with AUTH_SUBJECT=uuid)',
          2: 'wrong command line or environment',
        },
      ) +
        '\n\nReads AUTH_SUBJECT and AUTH_SUBJECT_NAMESPACE. With AUTH_SUBJECT=uuid the id is the subject itself, in lower case.',
    )
    .action(async (subjects: string[], options: IdOptions) => {
      finish(await printIds(host, subjects, options))
    })

interface IdOptions {
  readonly namespace?: string
  readonly json?: true
}

async function printIds(
  host: Host,
  subjects: readonly string[],
  options: IdOptions,
): Promise<ExitCode> {
  const [{ parseUserId }, { subjectId }, { subjectSettings }] = await Promise.all([
    import('../../graphql/ids.ts'),
    import('../../server/auth/subject-id.ts'),
    import('../../config.ts'),
  ])
  const given = options.namespace === undefined ? host.env : externalWith(options.namespace)
  const { namespace, problems } = subjectSettings(given)
  if (problems.length > 0) {
    for (const problem of problems) host.complain(problem)
    return exitCodes.misused
  }
  const found = subjects.map((subject) => ({
    subject,
    id: namespace === null ? parseUserId(subject) : subjectId(namespace, subject),
  }))
  const bad = found.filter(({ id }) => id === null)
  for (const { subject } of bad) {
    const words =
      namespace === null ? 'is not a UUID' : 'is blank, too long, or has control characters'
    host.complain(`${JSON.stringify(subject)} ${words}`)
  }
  if (bad.length > 0) return exitCodes.failed
  if (options.json === true) host.print(JSON.stringify(found))
  else for (const { id } of found) host.print(id ?? '')
  return exitCodes.done
}

function externalWith(namespace: string): Record<string, string> {
  return { AUTH_SUBJECT: 'external', AUTH_SUBJECT_NAMESPACE: namespace }
}
