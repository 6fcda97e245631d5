import { refuse, type Refused, refuseInput } from '../../graphql/refusals.ts'
import type { PairState } from '../../pairs/pair-state.ts'
import { refuseAbsent } from '../../pairs/rules.ts'
import type { Privacy } from './sql.ts'

/** Settings as a client sends them: what is left out stays, and null is a mistake. */
export type PrivacyInput = {
  readonly [Setting in keyof Privacy]?: Privacy[Setting] | null | undefined
}

/**
 * The settings to change. Null is no value of any of them, and what its sender meant cannot be
 * guessed.
 */
export function parseChanges(input: PrivacyInput): Partial<Privacy> | Refused {
  if (isWhole(input)) return input
  const empty = Object.entries(input).flatMap(([setting, value]) =>
    value == null ? [setting] : [],
  )
  const problem = 'must not be null. Leave it out to keep it as it is.'
  return refuseInput(['settings', ...empty.slice(0, 1)], problem)
}

function isWhole(input: PrivacyInput): input is Partial<Privacy> {
  return Object.values(input).every((value) => value != null)
}

/**
 * Writing to a person (rule 9), which a chat service does: `allowMessages` says who may. Null: go
 * on.
 */
export function refuseMessage(pair: PairState): Refused | null {
  const absent = refuseAbsent(pair)
  if (absent !== null || pair.allowsMessage) return absent
  // The same answer as for a person who is not there: what somebody allows is theirs to tell.
  return refuse('UNAVAILABLE', { field: ['userId'] })
}
