import { useLocale } from './settings.ts'

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** Writes moments for the viewer: how long ago (or ahead), or a day and time. */
export function useMoment(): {
  readonly ago: (moment: string) => string
  readonly at: (moment: string) => string
} {
  const locale = useLocale()
  return {
    ago: (moment) => {
      const seconds = (Date.parse(moment) - Date.now()) / 1_000
      const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
      const [unit, length] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 60]
      return format.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit)
    },
    at: (moment) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
        new Date(moment),
      ),
  }
}
