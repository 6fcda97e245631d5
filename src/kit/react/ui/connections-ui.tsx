import { type ReactElement, type ReactNode, useEffect } from 'react'
import { useUndoToast } from '../undo.ts'
import {
  type ConnectionsUiSettings,
  type Notice,
  SettingsContext,
  useCommonMessages,
} from './settings.ts'
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
  const { waiting, failures, now, undo } = useUndoToast()
  // A toast that is still there undoes nothing else.
  const run = () => {
    if (now().waiting === waiting) undo()
  }
  return (
    <>
      {waiting && (
        <HostNotice
          key={waiting.key}
          notify={notify}
          kind="undo"
          text={waiting.text}
          action={{ label, run }}
        />
      )}
      {isUnsent && <HostNotice notify={notify} kind="offline" text={unsent} />}
      {failures.map(({ text }, place) => (
        <HostNotice key={place} notify={notify} kind="failure" text={text} />
      ))}
    </>
  )
}

/** A notice as it was when it came: another `notify` or language is for the next. */
function HostNotice({ notify, ...notice }: HostNotify & Notice): null {
  useEffect(() => notify(notice), [])
  return null
}
