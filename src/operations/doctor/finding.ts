/** What one check found, in words for whoever has to act on it. */
export interface Finding {
  /** What was looked at, in a word or two: the first column of the report. */
  readonly check: string
  /**
   * `error` has a fix; `note` is worth knowing and harms nothing; `skipped`: the check could not
   * run.
   */
  readonly state: 'ok' | 'note' | 'error' | 'skipped'
  /** One line. Never a secret: see `withoutSecrets`. */
  readonly says: string
  /** What to do about it, one line; null unless the state is `error`. */
  readonly fix: string | null
}

/** What a check answers with; `check` is put in front of each by `look`. */
export type Found = Omit<Finding, 'check'>

export const ok = (says: string): Found => ({ state: 'ok', says, fix: null })
export const note = (says: string): Found => ({ state: 'note', says, fix: null })
export const skipped = (says: string): Found => ({ state: 'skipped', says, fix: null })
export const failed = (says: string, fix: string): Found => ({ state: 'error', says, fix })

/** Runs one check. Whatever it throws is a finding too: that it could not run, and why. */
export async function look(
  check: string,
  examine: () => Found | readonly Found[] | Promise<Found | readonly Found[]>,
): Promise<Finding[]> {
  try {
    return [await examine()].flat().map((found) => ({ check, ...found }))
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    return [{ check, ...skipped(`could not run: ${words}`) }]
  }
}

/**
 * Takes secrets out of findings, whoever put them there: a library's message may repeat what it was
 * given.
 */
export function withoutSecrets(
  findings: readonly Finding[],
  secrets: readonly string[],
): Finding[] {
  const hide = (text: string): string =>
    secrets.reduce((words, secret) => words.replaceAll(secret, '…'), text.replaceAll(/\s+/g, ' '))
  return findings.map(({ fix, says, ...finding }) => ({
    ...finding,
    says: hide(says),
    fix: fix === null ? null : hide(fix),
  }))
}
