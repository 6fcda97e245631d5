import { spawn } from 'node:child_process'

/** A command of a page with the answer that the page shows below it; null where it shows none. */
export interface Step {
  readonly command: string
  readonly answer: string | null
}

/** The commands between two comments of a page, such as `<!-- tour -->` and `<!-- /tour -->`. */
export function stepsOf(page: string, name: string): Step[] {
  const [, part] = new RegExp(`<!-- ${name} -->(.*?)<!-- /${name} -->`, 's').exec(page) ?? []
  if (part === undefined) throw new Error(`The page has no <!-- ${name} -->.`)
  const fences = [...part.matchAll(/^```(bash|json)\n(.*?)^```$/gms)]
  return fences.flatMap(([, language, text = ''], place) => {
    if (language === 'json') return []
    const next = fences[place + 1]
    return [{ command: text, answer: next?.[1] === 'json' ? (next[2] ?? '') : null }]
  })
}

/**
 * Runs commands one after the other in one shell, as a reader types them.
 * @param replacements parts of the commands that are other here, such as ports
 * @param prelude what the shell has before the first command
 * @returns what each command prints on standard output
 */
export async function runSteps(
  steps: readonly Step[],
  {
    replacements,
    prelude,
    env,
  }: {
    readonly replacements: readonly (readonly [string, string])[]
    readonly prelude: string
    readonly env: Record<string, string>
  },
): Promise<string[]> {
  const end = '--- end of step ---'
  const script = steps.map(({ command }) =>
    replacements.reduce((text, [from, to]) => text.replaceAll(from, to), command),
  )
  const shell = spawn('bash', ['-s'], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let [output, errors] = ['', '']
  shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  shell.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  shell.stdin.end([prelude, ...script].join(`\necho; echo '${end}'\n`))
  await new Promise((resolve) => shell.on('close', resolve))
  if (errors !== '') throw new Error(errors)
  return output.split(end).slice(1)
}
