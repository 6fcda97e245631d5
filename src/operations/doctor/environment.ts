import { readFile } from 'node:fs/promises'
import { ConfigError, readConfig } from '../../config.ts'
import { misspelt } from '../../config/misspelt.ts'
import { DEVELOPMENT_GATEWAY_SECRET, settings } from '../../config/settings.ts'
import { toServiceSecret } from '../../server/auth/service-secrets.ts'
import { failed, type Found, note, ok, skipped } from './finding.ts'
import { given, type Subject } from './subject.ts'

type Environment = Record<string, string | undefined>

const manifest = new URL('../../../package.json', import.meta.url)

/** Whether this Node is new enough for `engines` in package.json. */
export async function checkNode(version: string): Promise<Found> {
  const { engines } = JSON.parse(await readFile(manifest, 'utf8')) as { engines: { node: string } }
  const least = /^>=(\d+)\.(\d+)$/.exec(engines.node)?.slice(1).map(Number)
  if (least === undefined) return skipped(`package.json asks for ${engines.node}`)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
    ? ok(`${version}; ${engines.node} is needed`)
    : failed(
        `${version} is too old; ${engines.node} is needed`,
        'install that Node, or run `npm ci`, which brings one',
      )
}

/** What `readConfig` refuses, a finding each; the gateway secrets have a check of their own. */
export function checkEnvironment(env: Environment, { kind }: Subject): Found[] {
  const problems = problemsOf(env).filter((problem) => !ofSecrets(problem))
  const unknownNames = misspelt(env).map(note)
  if (problems.length === 0) {
    return [
      ok(kind === 'service' ? 'the service can start with it' : 'no conflicting variables'),
      ...unknownNames,
    ]
  }
  return [
    ...problems.map((problem) => failed(problem, 'set it as described in .env.example')),
    ...unknownNames,
  ]
}

/**
 * Whether the secrets between the gateway and the service are fit to be ones. Never says any of
 * them.
 */
export function checkSecrets(env: Environment, { kind }: Subject): Found[] {
  const problems = problemsOf(env).filter(ofSecrets)
  if (problems.length > 0) {
    return problems.map((problem) =>
      failed(
        problem,
        problem.startsWith('SERVICE_SECRETS:')
          ? 'write name:secret for each backend; create the secret with `openssl rand -base64 32`'
          : 'create one with `openssl rand -base64 32` and set it in the gateway and in this service',
      ),
    )
  }
  const secrets = settings.GATEWAY_SECRETS.parse(given(env, 'GATEWAY_SECRETS'))
  if (new Set(secrets).size < secrets.length) {
    return [
      failed(
        'GATEWAY_SECRETS: both values are the same',
        'remove one, or set the new value and the old one',
      ),
    ]
  }
  if (secrets.includes(DEVELOPMENT_GATEWAY_SECRET) && kind === 'service') {
    return [note('the development default, which production refuses')]
  }
  return [
    ok(secrets.length === 1 ? 'one gateway secret' : 'two gateway secrets (one is being replaced)'),
    ...checkServices(env),
  ]
}

/** Which services have secrets of their own; nothing where none has. */
function checkServices(env: Environment): Found[] {
  const entries = settings.SERVICE_SECRETS.safeParse(given(env, 'SERVICE_SECRETS')).data ?? []
  const names = entries.map((entry) => toServiceSecret(entry).name)
  if (names.length === 0) return []
  const changing = names.filter((name, place) => names.indexOf(name) < place)
  const words = `service secrets for ${[...new Set(names)].join(', ')}`
  return changing.length === 0
    ? [ok(words)]
    : [note(`${words}; two for ${changing.join(', ')} (one is being replaced)`)]
}

function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

function ofSecrets(problem: string): boolean {
  return /^(GATEWAY|SERVICE)_SECRETS:/.test(problem)
}
