import { useNavigate } from '@tanstack/react-router'
import { type Ref, useEffect, useRef } from 'react'
import { useUndo } from '../../../../kit/react/react.ts'
import { useWords } from '../words/words.tsx'
import { useKeysSetting } from './keys-setting.ts'

/**
 * Keys for those who do not like the mouse: `/` searches, `j` and `k` go through the rows of a
 * page, `z` undoes, `?` lists the keys. `Enter` opens what has the focus, as everywhere. They can
 * be switched off, and do nothing while a menu or a dialog is open. Ctrl-Z undoes in any case,
 * because the button for it is too many elements away to be reached in time.
 */
export function useKeys(openHelp: () => void): void {
  const navigate = useNavigate()
  const [areOn] = useKeysSetting()
  const { waiting, undo } = useUndo()
  const latest = useRef({ openHelp, undo })
  useEffect(() => {
    latest.current = { openHelp, undo }
  })
  const canUndo = waiting !== null
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isFree(event.target)) return
      const isCommand = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
      if (event.key === 'z' && canUndo && (isCommand || (isPlain && areOn))) latest.current.undo()
      else if (!isPlain || !areOn) return
      else if (event.key === '/') void navigate({ to: '/people', search: {} }).then(focusSearch)
      else if (event.key === '?') latest.current.openHelp()
      else if (event.key === 'j') focusRow(1)
      else if (event.key === 'k') focusRow(-1)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => {
      document.removeEventListener('keydown', press)
    }
  }, [navigate, areOn, canUndo])
}

const writing = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]'
const onTop = 'dialog[open], :popover-open'

/** Whether a key is nobody else's: no field has the focus, and no menu or dialog is open. */
function isFree(target: EventTarget | null): boolean {
  const isWriting = target instanceof Element && target.closest(writing) !== null
  return !isWriting && document.querySelector(onTop) === null
}

function focusSearch(): void {
  // The page may still have to come.
  const look = (tries: number) => {
    const field = document.querySelector<HTMLInputElement>('main input[type=search]')
    field?.focus()
    if (field === null && tries > 0) requestAnimationFrame(() => look(tries - 1))
  }
  look(120)
}

/** Moves the focus to the next row of the page, or the one before. */
function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main :is(.rows, .cx-rows) > li')].filter(
    (row) => row.checkVisibility() && opener(row) !== null,
  )
  const here = rows.findIndex((row) => row.contains(document.activeElement))
  const next = here === -1 ? (step === 1 ? 0 : rows.length - 1) : here + step
  const row = rows[next]
  if (row === undefined) return
  opener(row)?.focus()
  row.scrollIntoView({ block: 'nearest' })
}

const opener = (row: HTMLElement) => row.querySelector<HTMLElement>('a[href], button')

/** The list of keys. */
export function KeysHelp({ ref }: { readonly ref: Ref<HTMLDialogElement> }) {
  const { keys } = useWords()
  return (
    <dialog ref={ref} className="sheet keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{keys.title}</h2>
      <dl>
        <Key name="/">{keys.search}</Key>
        <Key name="j">{keys.next}</Key>
        <Key name="k">{keys.previous}</Key>
        <Key name="Enter">{keys.open}</Key>
        <Key name="z">{keys.undo}</Key>
        <Key name="?">{keys.help}</Key>
        <Key name="Esc">{keys.close}</Key>
      </dl>
      <KeysChoice />
      <form method="dialog">
        <button className="button">{keys.closeButton}</button>
      </form>
    </dialog>
  )
}

/** Switches the keys of one letter off and on. */
export function KeysChoice() {
  const { keys } = useWords()
  const [areOn, choose] = useKeysSetting()
  return (
    <label className="check">
      <input type="checkbox" checked={areOn} onChange={() => choose(!areOn)} />
      {keys.single}
    </label>
  )
}

function Key({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>
        <kbd>{name}</kbd>
      </dt>
      <dd>{children}</dd>
    </div>
  )
}
