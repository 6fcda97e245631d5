import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'
import { useUndoToast } from '../undo.ts'
import type { Failure } from '../undo-queue.ts'
import { type ConnectionsUiSettings, SettingsContext, useCommonMessages } from './settings.ts'
import { UndoToast } from './undo-toast.tsx'
import { useIsUnsent } from './unsent.ts'

/**
 * Settings of all components below it, and the one place where things can be undone. Without it,
 * components are in English, and nothing waits to be undone.
 */
export function ConnectionsUi({
  children,
  ...settings
}: ConnectionsUiSettings & { readonly children?: ReactNode }): ReactElement {
  return (
    <SettingsContext.Provider value={settings}>
      {children}
      {settings.notify ? <HostToast notify={settings.notify} /> : <UndoToast />}
    </SettingsContext.Provider>
  )
}

type HostNotify = Required<Pick<ConnectionsUiSettings, 'notify'>>

function HostToast({ notify }: HostNotify): ReactElement {
  const { undo: label, unsent } = useCommonMessages()
  const isUnsent = useIsUnsent()
  const { waiting, failures, undo } = useUndoToast()
  const now = useRef(waiting)
  useEffect(() => {
    now.current = waiting
  })
  // A toast that is still there undoes nothing else.
  const undoOf = (what: typeof waiting) => () => {
    if (now.current === what) undo()
  }
  useEffect(
    () =>
      waiting === null
        ? undefined
        : notify({ kind: 'undo', text: waiting.text, action: { label, run: undoOf(waiting) } }),
    // A notice belongs to what waits; another `notify` or language is for the next.
    [waiting],
  )
  useEffect(() => (isUnsent ? notify({ kind: 'offline', text: unsent }) : undefined), [isUnsent])
  return (
    <>
      {failures.map((failure, place) => (
        <HostFailure key={place} notify={notify} {...failure} />
      ))}
    </>
  )
}

/** Each failure is a notice of its own: a later one must not take it away. */
function HostFailure({ notify, text }: HostNotify & Failure): null {
  useEffect(() => notify({ kind: 'failure', text }), [])
  return null
}
