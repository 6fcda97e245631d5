import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef } from 'react'
import { Button } from './button.tsx'
import { useBrowserLayoutEffect } from './layout-effect.ts'

export interface MenuProps {
  /** Of the button. */
  readonly label: ReactNode
  /** Of the menu, where the button does not say enough. */
  readonly name: string
  readonly children: ReactNode
}

/** A button that opens a menu: arrows, Home, End and Escape as in every menu. */
export function Menu({ label, name, children }: MenuProps): ReactElement {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]

  useBrowserLayoutEffect(() => {
    const [opener, element] = [button.current, menu.current]
    if (opener === null || element === null) return undefined
    // The browser then knows that a press on the button closes it, too, and where it belongs.
    opener.popoverTargetElement = element
    const follow = () => {
      if (!CSS.supports('position-area', 'end')) place(element, opener)
    }
    const onToggle = ({ newState }: ToggleEvent) => {
      opener.ariaExpanded = String(newState === 'open')
      document.removeEventListener('scroll', follow, true)
      if (newState !== 'open') return
      follow()
      // In the capture phase, for parts of the page that scroll.
      document.addEventListener('scroll', follow, true)
      items().at(0)?.focus()
    }
    // Placed before it is shown, so that nobody sees it elsewhere first. Only what is shown takes
    // the focus.
    element.onbeforetoggle = onToggle
    element.ontoggle = onToggle
    return () => document.removeEventListener('scroll', follow, true)
  }, [])

  const move = (event: KeyboardEvent) => {
    const all = items()
    const now = all.indexOf(document.activeElement as HTMLElement)
    const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Tab') menu.current?.hidePopover()
    if (next === undefined) return
    event.preventDefault()
    all.at(next % all.length)?.focus()
  }

  return (
    <>
      <Button
        buttonRef={button}
        aria-haspopup="menu"
        aria-expanded={false}
        aria-controls={id}
        aria-label={name}
      >
        {label}
      </Button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        aria-label={name}
        className="cx-menu"
        onKeyDown={move}
        onClick={() => menu.current?.hidePopover()}
      >
        {children}
      </div>
    </>
  )
}

/**
 * Where styles cannot place it, as in browsers before 2026: below or above its button, wherever the
 * window has more room.
 */
function place({ style }: HTMLElement, button: HTMLElement): void {
  const { top, bottom, left } = button.getBoundingClientRect()
  const isHigh = bottom + top < innerHeight
  const block = isHigh ? `${bottom}px auto auto` : `auto auto ${innerHeight - top}px`
  style.inset = `${block} min(${left}px, 100vi - 13rem)`
}

/** Something to choose in a menu. */
export function MenuItem({
  onChoose,
  isChosen,
  look,
  children,
}: {
  readonly onChoose: () => void
  /** Where one of several is in force. */
  readonly isChosen?: boolean
  readonly look?: 'danger'
  readonly children: string
}): ReactElement {
  return (
    <button
      type="button"
      tabIndex={-1}
      role={isChosen === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={isChosen}
      className={look ? `cx-menu-item cx-menu-item-${look}` : 'cx-menu-item'}
      onClick={onChoose}
    >
      {children}
    </button>
  )
}
