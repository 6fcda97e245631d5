import { refuse, type Refused } from '../../graphql/refusals.ts'
import { parseText } from '../../graphql/texts.ts'
import { isInCalendar } from '../../graphql/calendar.ts'
import { limits } from '../../limits.ts'
import type { LinkSituation, NewLink } from './sql.ts'

/** A link as a client asks for it: what is left out is null. */
export type LinkInput = {
  readonly [Wish in keyof NewLink]?: NewLink[Wish] | undefined
}

/** What the maker wants, with its label trimmed; a label of nothing but white space is none. Refuses with INVALID_INPUT. */
export function readLink({ label, expiresAt, maxUses }: LinkInput): NewLink | Refused {
  const note = parseText(label ?? '', limits.links.labelLength)
  if (note === undefined) return refuse('INVALID_INPUT', { field: ['label'] })
  const most = maxUses ?? null
  if (most !== null && (most < 1 || most > limits.links.mostUses))
    return refuse('INVALID_INPUT', { field: ['maxUses'] })
  const end = expiresAt ?? null
  if (end !== null && !isInCalendar(end)) return refuse('INVALID_INPUT', { field: ['expiresAt'] })
  return { label: note, expiresAt: end, maxUses: most }
}

/** `createContactLink` (rule 4.1): refused for its end, or because too many are live. Null: go on. */
export function refuseLink(situation: LinkSituation): Refused | null {
  if (!situation.endsLater) return refuse('INVALID_INPUT', { field: ['expiresAt'] })
  return situation.live >= limits.stocks.links ? refuse('LIMIT_REACHED') : null
}

/** The one answer to every token that does not open anything for the viewer (rule 4.3). */
export function linkUnavailable(): Refused {
  return refuse('LINK_UNAVAILABLE', { field: ['token'] })
}
