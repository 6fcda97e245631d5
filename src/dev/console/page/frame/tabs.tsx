import { useLanguage } from '../words/words.tsx'

interface TabsProps<Name extends string> {
  readonly label: string
  readonly tabs: readonly {
    readonly name: Name
    readonly label: string
    readonly count?: number
  }[]
  readonly current: Name
  readonly choose: (name: Name) => void
}

/** Parts of a page, one of which shows. Which one is in the address. */
export function Tabs<Name extends string>({ label, tabs, current, choose }: TabsProps<Name>) {
  const { language } = useLanguage()
  return (
    <nav aria-label={label} className="tabs">
      {tabs.map(({ name, label: text, count = 0 }) => (
        <button
          key={name}
          type="button"
          aria-current={name === current ? 'page' : undefined}
          onClick={() => choose(name)}
        >
          {text}
          {count > 0 && (
            <span className="badge">{new Intl.NumberFormat(language).format(count)}</span>
          )}
        </button>
      ))}
    </nav>
  )
}
