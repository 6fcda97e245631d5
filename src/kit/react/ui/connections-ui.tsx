import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'
import { useUndoToast } from '../undo.ts'
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

function HostToast({ notify }: Required<Pick<ConnectionsUiSettings, 'notify'>>): null {
  const { undo: label, unsent } = useCommonMessages()
  const isUnsent = useIsUnsent()
  const { waiting, failure, undo } = useUndoToast()
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
  useEffect(
    () => (failure === null ? undefined : notify({ kind: 'failure', text: failure.text })),
    [failure],
  )
  useEffect(() => (isUnsent ? notify({ kind: 'offline', text: unsent }) : undefined), [isUnsent])
  return null
}
