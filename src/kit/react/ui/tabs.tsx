import { type KeyboardEvent, type ReactElement, type ReactNode, useId } from 'react'

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
  const move = (event: KeyboardEvent) => {
    const right = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const now = tabs.findIndex(([name]) => name === selected)
    const next = { ArrowRight: now + right, ArrowLeft: now - right, Home: 0, End: -1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    const buttons = [...event.currentTarget.querySelectorAll('button')]
    const button = buttons.at(next % buttons.length)
    button?.click()
    button?.focus()
  }
  return (
    <div className="cx">
      <div className="cx-tabs" role="tablist" aria-label={label} onKeyDown={move}>
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
