import { type ReactElement, useId } from 'react'
import type { PrivacySettings as Settings } from '../../client/client.ts'
import { usePrivacySettings } from '../question-hooks.ts'
import { privacyEn, type PrivacyField, type PrivacyMessages } from './messages/privacy.ts'
import { LoadProblem, VerbProblem } from './problem.tsx'
import { useSavedSetting } from './saved-setting.ts'
import { useMessages } from './settings.ts'

export interface PrivacySettingsProps {
  /** Of the headings of the groups; 2 unless told. */
  readonly headingLevel?: 2 | 3 | 4 | 5
  /** Settings that show; all unless told. */
  readonly fields?: readonly PrivacyField[]
  /** Settings that the platform has fixed: shown, and not to be changed. */
  readonly locked?: readonly PrivacyField[]
}

const groups = [
  ['contact', ['allowFriendRequests', 'allowFollows', 'allowMessages']],
  ['visibility', ['discoverable', 'showInMutualFriends', 'presenceVisibility']],
  ['games', ['defaultGameVisibility', 'notifyFriendJoinsGame']],
] as const

/** The viewer's privacy settings. Each is saved by itself, at once. */
export function PrivacySettings({
  headingLevel = 2,
  fields,
  locked = [],
}: PrivacySettingsProps): ReactElement {
  const words = useMessages('privacy', privacyEn)
  const query = usePrivacySettings()
  const id = useId()
  const Heading = `h${headingLevel}` as const
  const settings = query.data
  const isLoading = settings === undefined && query.isPending && query.fetchStatus !== 'paused'
  if (isLoading) return <div className="cx cx-panel cx-panel-waiting" aria-busy="true" />
  if (settings == null)
    return (
      <div className="cx">
        <LoadProblem error={query.error} onRetry={query.refetch} />
      </div>
    )
  return (
    <div className="cx cx-stack" role="group" aria-label={words.heading}>
      {groups.map(([group, all]) => {
        const shown = all.filter((field) => fields?.includes(field) ?? true)
        if (shown.length === 0) return null
        return (
          <section key={group} aria-labelledby={`${id}-${group}`}>
            <Heading id={`${id}-${group}`} className="cx-heading">
              {words[group]}
            </Heading>
            {shown.map((field) => (
              <Setting
                key={field}
                field={field}
                settings={settings}
                isLocked={locked.includes(field)}
                words={words}
              />
            ))}
          </section>
        )
      })}
    </div>
  )
}

function Setting({
  field,
  settings,
  isLocked,
  words,
}: {
  readonly field: PrivacyField
  readonly settings: Settings
  readonly isLocked: boolean
  readonly words: PrivacyMessages
}): ReactElement {
  const id = useId()
  const { value, save, error } = useSavedSetting(field, settings)
  const { name, note, choices } = words.settings[field]
  const control = {
    id,
    disabled: isLocked,
    'aria-describedby': isLocked ? `${id}-note ${id}-locked` : `${id}-note`,
  }
  return (
    <div className="cx-setting">
      <label htmlFor={id} className="cx-strong">
        {name}
      </label>
      {choices === undefined ? (
        <input
          {...control}
          type="checkbox"
          role="switch"
          className="cx-switch"
          checked={value === true}
          onChange={({ target }) => void save(target.checked)}
        />
      ) : (
        <select
          {...control}
          className="cx-field"
          value={String(value)}
          onChange={({ target }) => void save(target.value)}
        >
          {Object.entries(choices).map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      )}
      <p id={`${id}-note`} className="cx-note">
        {note}
      </p>
      {isLocked && (
        <p id={`${id}-locked`} className="cx-note cx-strong">
          {words.locked}
        </p>
      )}
      {error !== null && (
        <div className="cx-setting-problem">
          {isFixed(error) ? (
            <p className="cx-problem" role="alert">
              {words.locked}
            </p>
          ) : (
            <VerbProblem error={error} />
          )}
        </div>
      )}
    </div>
  )
}

/** The service has refused the value itself. */
function isFixed(error: Error): boolean {
  return (error as { readonly code?: string }).code === 'INVALID_INPUT'
}
