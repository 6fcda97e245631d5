import { type Language, languages, useLanguage } from '../words/words.tsx'
import { Icon } from './icons.tsx'
import { type Theme, useTheme } from './theme.ts'

/** Light, dark, or as the machine. */
export function ThemeChoice() {
  const { words } = useLanguage()
  const [theme, setTheme] = useTheme()
  return (
    <fieldset className="segments">
      <legend className="spoken">{words.look.theme}</legend>
      {(['system', 'light', 'dark'] as const).map((each: Theme) => (
        <label key={each}>
          <input
            type="radio"
            name="theme"
            checked={theme === each}
            onChange={() => setTheme(each)}
          />
          {words.look[each]}
        </label>
      ))}
    </fieldset>
  )
}

/** The language of the console and of the kit in it. */
export function LanguageChoice() {
  const { words, language, speak } = useLanguage()
  return (
    <label className="language">
      <Icon name="globe" size={18} />
      <span className="spoken">{words.look.language}</span>
      <select
        value={language}
        onChange={(event) => speak(event.target.value as Language)}
        className="select"
      >
        {Object.entries(languages).map(([each, name]) => (
          <option key={each} value={each} lang={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
