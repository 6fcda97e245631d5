import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef } from 'react'

export interface TabsProps<Name extends string> {
  /** Of all of them. */
  readonly label: string
  readonly tabs: readonly (readonly [name: Name, label: string])[]
  readonly selected: Name
  readonly onSelect: (name: Name) => void
  /** What the selected tab shows. */
  readonly children: ReactNode
}

/** Tabs; the arrow keys move between them. */
export function Tabs<Name extends string>({
  label,
  tabs,
  selected,
  onSelect,
  children,
}: TabsProps<Name>): ReactElement {
  const id = useId()
  const bar = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl'
    const forward = isRtl ? 'ArrowLeft' : 'ArrowRight'
    const now = tabs.findIndex(([name]) => name === selected)
    const step = { ArrowLeft: -1, ArrowRight: -1, [forward]: 1 }[event.key]
    const next = { Home: 0, End: -1 }[event.key] ?? (step && (now + step) % tabs.length)
    const tab = next === undefined ? undefined : tabs.at(next)
    if (tab === undefined) return
    event.preventDefault()
    onSelect(tab[0])
    const button = bar.current?.children[tabs.indexOf(tab)] as HTMLElement | undefined
    button?.focus()
  }
  return (
    <div className="cx">
      <div ref={bar} className="cx-tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(([name, text]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            className="cx-tab"
            aria-selected={name === selected}
            aria-controls={`${id}-panel`}
            tabIndex={name === selected ? 0 : -1}
            onClick={() => {
              onSelect(name)
            }}
          >
            {text}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${selected}`}>
        {children}
      </div>
    </div>
  )
}
