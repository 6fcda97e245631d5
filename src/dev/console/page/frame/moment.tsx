import { useLanguage } from '../words/words.tsx'

const minute = 60_000
const steps = [
  ['minute', minute],
  ['hour', 60 * minute],
  ['day', 24 * 60 * minute],
] as const

/** How long ago something was; the exact moment is in its title. */
export function Moment({ at }: { readonly at: string }) {
  const { language } = useLanguage()
  const date = new Date(at)
  return (
    <time dateTime={at} title={date.toLocaleString(language)}>
      {agoText(date, language)}
    </time>
  )
}

function agoText(date: Date, language: string): string {
  const passed = Date.now() - date.getTime()
  // As short as can be, but in German that would be metres.
  const style = language === 'de' ? 'short' : 'narrow'
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style })
  if (passed < minute) return format.format(0, 'second')
  if (passed > 7 * 24 * 60 * minute)
    return date.toLocaleDateString(language, { day: 'numeric', month: 'short', year: 'numeric' })
  const [unit, size] = steps.findLast(([, each]) => passed >= each) ?? steps[0]
  return format.format(-Math.floor(passed / size), unit)
}
