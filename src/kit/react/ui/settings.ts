import { createContext, type ReactNode, useContext } from 'react'
import type { Person, Presence } from '../../client/client.ts'
import { commonEn, type CommonMessages } from './messages/common-words.ts'
import type { Messages } from './messages/messages.ts'

/** A person, as far as the caller knows them. Those of lists are fit. */
export interface ShownPerson extends Partial<Omit<Person, 'id'>> {
  readonly id: string
  readonly presence?: Presence | null
}

/** How big a person is shown: in an enumeration, as a row, at the head of a page. */
export type PersonSize = 'small' | 'medium' | 'large'

/** The host's own way to show a person, instead of the picture and the names. */
export type RenderUser = (user: ShownPerson, options: { readonly size: PersonSize }) => ReactNode

/** Something to tell the viewer, for the toasts of the host. */
export interface Notice {
  /**
   * Something was done and can be undone for 8 seconds, has failed after it showed as done, or
   * waits for the network.
   */
  readonly kind: 'undo' | 'failure' | 'offline'
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

export interface ConnectionsUiSettings {
  /** Words; English unless told. A section that is left out is English. */
  readonly messages?: Partial<Messages>
  /** For numbers and moments, such as `de-AT`; the language of the messages unless told. */
  readonly locale?: string
  /** Shows a person, in every component that has no `renderUser` of its own. */
  readonly renderUser?: RenderUser
  /**
   * Shows a notice in place of our toast.
   * @returns takes it away again
   */
  readonly notify?: (notice: Notice) => (() => void) | undefined
}

/** What `ConnectionsUi` gives. */
export const SettingsContext = /* @__PURE__ */ createContext<ConnectionsUiSettings>({})

/** The settings of the nearest `ConnectionsUi`. */
export function useUiSettings(): ConnectionsUiSettings {
  return useContext(SettingsContext)
}

/** A section of the messages; what the component brings along unless the host has said more. */
export function useMessages<Section extends keyof Messages>(
  section: Section,
  english: Messages[Section],
): Messages[Section] {
  const { messages } = useUiSettings()
  return messages?.[section] ?? english
}

/** The words that every component uses. */
export function useCommonMessages(): CommonMessages {
  return useMessages('common', commonEn)
}

/** The language of numbers and moments. */
export function useLocale(): string {
  const { language } = useCommonMessages()
  return useUiSettings().locale ?? language
}
