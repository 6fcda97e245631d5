import { isInCalendar, notInCalendar, notInFuture } from '../../graphql/calendar.ts'
import { refuse, refuseBecause, type Refused, refuseInput } from '../../graphql/refusals.ts'
import { parseText, unfitText } from '../../graphql/texts.ts'
import { limits } from '../../limits.ts'
import type { LinkSituation, NewLink } from './sql.ts'

/** A link as a client asks for it: what is left out is null. */
export type LinkInput = {
  readonly [Wish in keyof NewLink]?: NewLink[Wish] | undefined
}

/**
 * What the maker wants, with its label trimmed; a label of nothing but white space is none. Refuses
 * with INVALID_INPUT.
 */
export function parseLink({ label, expiresAt, maxUses }: LinkInput): NewLink | Refused {
  const { labelLength, mostUses } = limits.links
  const note = parseText(label ?? '', labelLength)
  if (note === undefined) return refuseInput(['label'], unfitText(label ?? '', labelLength))
  const most = maxUses ?? null
  if (most !== null && (most < 1 || most > mostUses))
    return refuseInput(['maxUses'], `must be from 1 to ${mostUses} (got ${most}).`)
  const end = expiresAt ?? null
  if (end !== null && !isInCalendar(end)) return refuseInput(['expiresAt'], notInCalendar)
  return { label: note, expiresAt: end, maxUses: most }
}

/**
 * `createContactLink` (rule 4.1): refused for its end, or because too many are live. Null: go on.
 */
export function refuseLink(situation: LinkSituation, expiresAt: Date | null): Refused | null {
  if (!situation.endsLater) return refuseInput(['expiresAt'], notInFuture(expiresAt))
  const most = limits.caps.links
  return situation.live >= most
    ? refuseBecause('LIMIT_REACHED', `You can have at most ${most} live contact links.`)
    : null
}

/** The one answer to every token that does not open anything for the viewer (rule 4.3). */
export function linkUnavailable(): Refused {
  return refuse('LINK_UNAVAILABLE', { field: ['token'] })
}
