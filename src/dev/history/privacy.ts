import type { Random } from './random.ts'

/** A row of `user_privacy_settings`, without the person (rule 9). */
export interface PrivacySettings {
  readonly allow_follows: 'everyone' | 'nobody'
  readonly allow_friend_requests: 'everyone' | 'friends_of_friends' | 'nobody'
  readonly allow_messages: 'everyone' | 'friends' | 'nobody'
  readonly discoverable: boolean
  readonly show_in_mutual_friends: boolean
  readonly presence_visibility: 'friends' | 'close' | 'nobody'
  readonly default_game_visibility: 'public' | 'friends' | 'close'
  readonly notify_friend_joins_game: boolean
}

/** What somebody has changed of the defaults; null for the most, who have changed nothing. */
export function privacyOf(random: Random): PrivacySettings | null {
  if (random.chance(0.7)) return null
  return {
    allow_follows: random.chance(0.08) ? 'nobody' : 'everyone',
    allow_friend_requests:
      (['everyone', 'friends_of_friends', 'nobody'] as const)[
        random.pickWeighted([0.62, 0.27, 0.11])
      ] ?? 'everyone',
    allow_messages:
      (['everyone', 'friends', 'nobody'] as const)[random.pickWeighted([0.4, 0.5, 0.1])] ??
      'everyone',
    discoverable: !random.chance(0.17),
    show_in_mutual_friends: !random.chance(0.2),
    presence_visibility:
      (['friends', 'close', 'nobody'] as const)[random.pickWeighted([0.5, 0.25, 0.25])] ??
      'friends',
    default_game_visibility:
      (['public', 'friends', 'close'] as const)[random.pickWeighted([0.5, 0.4, 0.1])] ?? 'public',
    notify_friend_joins_game: !random.chance(0.15),
  }
}
