import { useSyncExternalStore } from 'react'
import { useLocale } from './settings.ts'

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const subscribe = () => () => undefined

/**
 * Writes moments for the viewer: how long ago (or ahead), or a day and time. A server writes days
 * and times in UTC, which are the same in the browser a moment later.
 */
export function useMoment(): {
  readonly ago: (moment: string) => string
  readonly at: (moment: string) => string
} {
  const locale = useLocale()
  const isOfServer = useSyncExternalStore(
    subscribe,
    () => false,
    () => true,
  )
  const at = (moment: string) =>
    new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      ...(isOfServer && { timeZone: 'UTC' }),
    }).format(new Date(moment))
  return {
    at,
    ago: (moment) => {
      if (isOfServer) return at(moment)
      const seconds = (Date.parse(moment) - Date.now()) / 1_000
      const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
      const found = units.find(([, each]) => Math.abs(seconds) >= each)
      // Less than a minute is now.
      const [unit, length] = found ?? ['second', Infinity]
      return format.format(Math.trunc(seconds / length), unit)
    },
  }
}
