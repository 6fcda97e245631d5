import { Link, type LinkProps } from '@tanstack/react-router'
import { useLanguage } from '../words/words.tsx'
import { Icon, type IconName } from './icons.tsx'

interface Place {
  readonly to: NonNullable<LinkProps['to']>
  readonly icon: IconName
  readonly label: string
  /** Where it shows: everywhere, only in the rail, or only in the tabs of a telephone. */
  readonly where?: 'rail' | 'tabs'
  readonly count?: number
}

interface NavigationProps {
  readonly unread: number
  readonly openHelp: () => void
}

/** A rail on the side; on a telephone, tabs at the bottom. */
export function Navigation({ unread, openHelp }: NavigationProps) {
  const { words, language } = useLanguage()
  const { frame } = words
  const places: readonly Place[] = [
    { to: '/', icon: 'home', label: frame.home },
    { to: '/people', icon: 'people', label: frame.people },
    { to: '/contacts', icon: 'contacts', label: frame.contacts, where: 'rail' },
    { to: '/games', icon: 'games', label: frame.games },
    { to: '/inbox', icon: 'inbox', label: frame.inbox, count: unread },
    { to: '/privacy', icon: 'privacy', label: frame.privacy, where: 'rail' },
    { to: '/blocked', icon: 'blocked', label: frame.blocked, where: 'rail' },
    { to: '/more', icon: 'more', label: frame.more, where: 'tabs' },
  ]
  return (
    <nav className="navigation" aria-label={frame.navigation}>
      <ul>
        {places.map(({ to, icon, label, where, count = 0 }) => (
          <li key={to} data-where={where}>
            <Link
              to={to}
              title={label}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              className="place"
            >
              <Icon name={icon} size={22} />
              <span className="label">{label}</span>
              {count > 0 && (
                <span className="badge">
                  <span aria-hidden="true">{new Intl.NumberFormat(language).format(count)}</span>
                  <span className="spoken">{frame.unread(count)}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <div className="foot">
        <button type="button" className="place" title={words.keys.title} onClick={openHelp}>
          <Icon name="keyboard" size={22} />
          <span className="label">{words.keys.short}</span>
          <kbd aria-hidden="true">?</kbd>
        </button>
        <Link to="/more" title={frame.settings} className="place">
          <Icon name="more" size={22} />
          <span className="label">{frame.settings}</span>
        </Link>
      </div>
    </nav>
  )
}
