import { type CSSProperties, type ReactElement, type ReactNode, useState } from 'react'
import {
  type PersonSize,
  type RenderUser,
  type ShownPerson,
  useCommonMessages,
  useUiSettings,
} from './settings.ts'

export interface PersonViewProps {
  readonly user: ShownPerson
  /** `medium` unless told. */
  readonly size?: PersonSize
  /** The host's own, instead of that of `ConnectionsUi`. Null for ours, also within the host's. */
  readonly renderUser?: RenderUser | null | undefined
  /** More below the names. */
  readonly children?: ReactNode
}

/** A person: the host's own profile, or their picture, names and presence. */
export function PersonView({
  user,
  size = 'medium',
  renderUser,
  children,
}: PersonViewProps): ReactElement {
  const settings = useUiSettings()
  const render = renderUser === undefined ? settings.renderUser : renderUser
  const name = useNameOf()(user)
  const { username } = user
  return (
    <div className={`cx-person cx-person-${size}`}>
      {render?.(user, { size }) ?? <Avatar user={user} name={name} />}
      <div className="cx-person-text">
        {!render && (
          <>
            <bdi className="cx-name" title={name}>
              {name}
            </bdi>
            {username != null && name !== username && (
              <bdi className="cx-username">@{username}</bdi>
            )}
          </>
        )}
        {children}
      </div>
    </div>
  )
}

/** Gives the name by which to speak of a person. */
export function useNameOf(): (user: ShownPerson) => string {
  const { someone } = useCommonMessages()
  return ({ username, profile }) => profile?.displayName ?? username ?? someone
}

function Avatar({ user, name }: { readonly user: ShownPerson; readonly name: string }) {
  const { presence: words } = useCommonMessages()
  const { presence, profile } = user
  const url = profile?.avatarUrl ?? null
  const [broken, setBroken] = useState<string | null>(null)
  return (
    <span className="cx-avatar" style={{ '--cx-hue': hueOf(user.id) } as CSSProperties}>
      {url === null || url === broken ? (
        <span aria-hidden="true">{initialsOf(name)}</span>
      ) : (
        <img
          src={url}
          alt=""
          loading="lazy"
          referrerPolicy="no-referrer"
          onError={() => {
            setBroken(url)
          }}
        />
      )}
      {presence && (
        <span className="cx-presence" data-status={presence.status} title={words[presence.status]}>
          <span className="cx-hidden">{words[presence.status]}</span>
        </span>
      )}
    </span>
  )
}

/** A colour for each person, in degrees: the same wherever they are shown. */
function hueOf(id: string): number {
  let hash = 0
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 1_000_003
  // By the golden angle, so that ids that follow each other get colours far apart.
  return (hash * 137.508) % 360
}

/** The first letters of the first and the last word. Scripts without capitals give one letter. */
function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}\p{Extended_Pictographic}][^\s._-]*/gu) ?? ['?']
  const [first = '', last = ''] = [words[0], words.slice(1).at(-1)].map((word = '') => {
    const [letter] = new Intl.Segmenter().segment(word)
    return letter?.segment.toUpperCase()
  })
  return first.toLowerCase() === first ? first : first + last
}
