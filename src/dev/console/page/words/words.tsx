import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { ar, de, en, type Messages } from '../../../../kit/react/ui/ui.ts'
import { arabic } from './ar.ts'
import { german } from './de.ts'
import { english, type Words } from './en.ts'

const catalogues: Readonly<Record<Language, Words>> = { en: english, de: german, ar: arabic }

const messages: Readonly<Record<Language, Messages>> = {
  en: withOurs(en, english),
  de: withOurs(de, german),
  ar: withOurs(ar, arabic),
}

/** The kit's words. What friends and contacts are is said where there are none yet. */
function withOurs(kit: Messages, { home, contacts }: Words): Messages {
  return {
    ...kit,
    friends: { ...kit.friends, empty: home.noFriends },
    contacts: { ...kit.contacts, empty: contacts.none },
  }
}

/** The languages of the console, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const

export type Language = keyof typeof languages

interface Spoken {
  readonly language: Language
  readonly words: Words
  readonly speak: (language: Language) => void
}

const SpokenContext = createContext<Spoken | null>(null)

/** The language, its words, and how to choose another. */
export function useLanguage(): Spoken {
  const spoken = useContext(SpokenContext)
  if (spoken === null) throw new Error('There are no words here.')
  return spoken
}

/** What the console says, in the language that is chosen. */
export const useWords = (): Words => useLanguage().words

/** What the components of the kit say, in the language that is chosen. */
export const useKitMessages = (): Messages => messages[useLanguage().language]

/** Where the browser keeps the language; the shell reads it, too. */
const kept = 'console:language'

/** Gives all below it a language, and tells it to the page. */
export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(readLanguage)
  useEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr'
  }, [language])
  const spoken = useMemo(
    () => ({
      language,
      words: catalogues[language],
      speak: (next: Language) => {
        localStorage.setItem(kept, next)
        setLanguage(next)
      },
    }),
    [language],
  )
  return <SpokenContext value={spoken}>{children}</SpokenContext>
}

function readLanguage(): Language {
  const language = localStorage.getItem(kept)
  return language === 'de' || language === 'ar' ? language : 'en'
}
