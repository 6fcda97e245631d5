/** What one check found, in words for whoever has to act on it. */
export interface Finding {
  /** What was looked at, in a word or two: the first column of the report. */
  readonly check: string
  /** `wrong` has a cure; `note` is worth knowing and harms nothing; `unknown` could not be found out. */
  readonly state: 'well' | 'note' | 'wrong' | 'unknown'
  /** One line. Never a secret: see `withoutSecrets`. */
  readonly says: string
  /** What to do about it, one line; null unless something is wrong. */
  readonly cure: string | null
}

/** What a check answers with; `check` is put in front of each by `look`. */
export type Found = Omit<Finding, 'check'>

export const well = (says: string): Found => ({ state: 'well', says, cure: null })
export const note = (says: string): Found => ({ state: 'note', says, cure: null })
export const unknown = (says: string): Found => ({ state: 'unknown', says, cure: null })
export const wrong = (says: string, cure: string): Found => ({ state: 'wrong', says, cure })

/** Runs one check. Whatever it throws is a finding too: that it could not find out, and why. */
export async function look(
  check: string,
  examine: () => Found | readonly Found[] | Promise<Found | readonly Found[]>,
): Promise<Finding[]> {
  try {
    return [await examine()].flat().map((found) => ({ check, ...found }))
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    return [{ check, ...unknown(`could not be found out: ${words}`) }]
  }
}

/** Takes secrets out of findings, whoever put them there: a library's message may repeat what it was given. */
export function withoutSecrets(
  findings: readonly Finding[],
  secrets: readonly string[],
): Finding[] {
  const hide = (text: string): string =>
    secrets.reduce((words, secret) => words.replaceAll(secret, '…'), text.replaceAll(/\s+/g, ' '))
  return findings.map(({ cure, says, ...finding }) => ({
    ...finding,
    says: hide(says),
    cure: cure === null ? null : hide(cure),
  }))
}
