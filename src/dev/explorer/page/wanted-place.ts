import type { Head } from '../example.ts'
import { identityOf, type Place } from './identity.ts'

/**
 * The person and the endpoint that a document is written for, when they are not the current ones.
 * @param head what the document's first lines say
 * @returns null when the document names neither, or exactly the current ones
 */
export function wantedPlace(head: Head, here: Place): Place | null {
  const named = head.as === null ? null : identityOf(head.as)
  const identity = named === null || named.kind === 'unknown' ? here.identity : named
  const via = head.via ?? here.via
  return identity.as === here.identity.as && via === here.via ? null : { identity, via }
}

/** "This example is alice's." */
export function whoseText(wanted: Place, here: Place): string {
  const { kind, name } = wanted.identity
  const whose = {
    person: `is ${name}'s`,
    nobody: 'is for signed-out visitors',
    service: 'is for services',
    unknown: '',
  }[wanted.identity.as === here.identity.as ? 'unknown' : kind]
  const needs = wanted.via === here.via ? '' : `needs the ${wanted.via}`
  return `This example ${[whose, needs].filter((part) => part !== '').join(' and ')}.`
}

/** "Switch to alice", "Sign out", "Switch to the subgraph", "Switch to alice and the subgraph". */
export function switchText(wanted: Place, here: Place): string {
  const via = wanted.via === here.via ? '' : `the ${wanted.via}`
  const { kind, as, name } = wanted.identity
  if (kind === 'nobody' && as !== here.identity.as) {
    return via === '' ? 'Sign out' : `Sign out and switch to ${via}`
  }
  const who = as === here.identity.as ? '' : name
  return `Switch to ${[who, via].filter((part) => part !== '').join(' and ')}`
}
