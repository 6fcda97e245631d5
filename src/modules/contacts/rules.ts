import { limits } from '../../limits.ts'

/**
 * How many contacts a page holds. As in the old service, a number out of range is never an error:
 * zero or less means the default, more than the most is clamped (rule 1.4).
 */
export function contactsPerPage(first: number | null | undefined): number {
  const { standard, most } = limits.contactsPage
  return first === null || first === undefined || first <= 0 ? standard : Math.min(first, most)
}
