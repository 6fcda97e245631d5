import { compare, define, type DefinedFigure, times, told } from './define-figure.ts'
import { lift, mean, median, rate, reduction, share } from './intervals.ts'

const wilson = 'Wilson, 95 %'
const normal = 'Normal, 95 %'
const katz = 'Logarithm of the ratio (Katz), 95 %'

/** Every figure of rule 14, in the order in which they are shown. */
export const figures: readonly DefinedFigure[] = [
  define(
    'activePeople',
    {
      name: 'activePeople',
      title: 'People active on a day',
      definition:
        'How many people were active on a day, as the mean of all days. A person is active on a day (UTC) on which they made a signed-in request, or on which another service says they were active.',
      unit: 'PEOPLE',
      of: 'days',
      method: normal,
      target: null,
    },
    ({ days, active, squares }) => told(days, mean(days, active, squares)),
  ),
  define(
    'requests',
    {
      name: 'requestsAnswered',
      title: 'Friend requests that were answered',
      definition:
        'Of the friend requests that were sent in the period, the share that was accepted or declined within 14 days.',
      unit: 'SHARE',
      of: 'sent requests',
      method: wilson,
      target: null,
    },
    ({ sent, answered }) => told(sent, share(answered, sent)),
  ),
  define(
    'requests',
    {
      name: 'requestAcceptance',
      title: 'Friend requests that were accepted',
      definition:
        'Of the friend requests that were sent in the period and answered within 14 days, the share that was accepted. Requests that were not answered or were canceled do not count.',
      unit: 'SHARE',
      of: 'answered requests',
      method: wilson,
      target: null,
    },
    ({ answered, accepted }) => told(answered, share(accepted, answered)),
  ),
  define(
    'requests',
    {
      name: 'medianTimeToRespond',
      title: 'Time to answer a friend request, median',
      definition:
        'Half of the friend requests that were sent in the period and answered within 14 days had their answer in this time or less.',
      unit: 'SECONDS',
      of: 'answered requests',
      method: 'Order statistics, 95 %; out of a histogram, within 4 %',
      target: null,
    },
    ({ answered, waits, median: exact }) => told(answered, median(waits, exact)),
  ),
  define(
    'requests',
    {
      name: 'meanTimeToRespond',
      title: 'Time to answer a friend request, mean',
      definition:
        'From the request to its answer, as the mean of the requests that were sent in the period and answered within 14 days. A few slow answers make it much longer than the median.',
      unit: 'SECONDS',
      of: 'answered requests',
      method: normal,
      target: null,
    },
    ({ answered, seconds, squares }) => told(answered, mean(answered, seconds, squares)),
  ),
  define(
    'blocks',
    {
      name: 'blocksPerThousandActive',
      title: 'Blocks per 1,000 active people',
      definition:
        'How many blocks were made on a day for each 1,000 people who were active on that day. A block that was ended or has expired since counts too.',
      unit: 'PER_THOUSAND',
      of: 'days on which a person was active',
      method: 'Poisson (Byar), 95 %',
      target: null,
    },
    ({ active, blocks }) => told(active, times(1_000, rate(blocks, active))),
  ),
  define(
    'invitesOfFriends',
    {
      name: 'inviteAcceptanceOfFriends',
      title: 'Invitations of friends that were accepted',
      definition:
        'Of the game invitations that were sent in the period to a friend, the share that was accepted within 14 days.',
      unit: 'SHARE',
      of: 'invitations',
      method: wilson,
      target: null,
    },
    ({ sent, accepted }) => told(sent, share(accepted, sent)),
  ),
  define(
    'invitesOfOthers',
    {
      name: 'inviteAcceptanceOfOthers',
      title: 'Invitations of others that were accepted',
      definition:
        'Of the game invitations that were sent in the period to somebody who is no friend, the share that was accepted within 14 days.',
      unit: 'SHARE',
      of: 'invitations',
      method: wilson,
      target: null,
    },
    ({ sent, accepted }) => told(sent, share(accepted, sent)),
  ),
  compare(
    ['invitesOfFriends', 'invitesOfOthers'],
    {
      name: 'inviteAcceptanceLift',
      title: 'How much more often friends accept',
      definition:
        'By how much the accepted share of invitations is larger between friends than between others: 0.2 is a fifth more. It shows that the two go together, not that one causes the other.',
      unit: 'SHARE',
      of: 'invitations',
      method: katz,
      target: 0.2,
    },
    (friends, others) =>
      told(
        friends.sent + others.sent,
        lift(friends.accepted, friends.sent, others.accepted, others.sent),
      ),
  ),
  define(
    'retention',
    {
      name: 'retentionWithFriends',
      title: 'Still here after 30 days, with 5 friends',
      definition:
        'Of the people who joined in the period and made at least 5 friends in their first 7 days, the share that was active in the week that begins 30 days after they joined.',
      unit: 'SHARE',
      of: 'people',
      method: wilson,
      target: null,
    },
    ({ friends, friendsBack }) => told(friends, share(friendsBack, friends)),
  ),
  define(
    'retention',
    {
      name: 'retentionOfOthers',
      title: 'Still here after 30 days, with fewer friends',
      definition:
        'Of the people who joined in the period and made fewer than 5 friends in their first 7 days, the share that was active in the week that begins 30 days after they joined.',
      unit: 'SHARE',
      of: 'people',
      method: wilson,
      target: null,
    },
    ({ others, othersBack }) => told(others, share(othersBack, others)),
  ),
  define(
    'retention',
    {
      name: 'retentionLift',
      title: 'How much more often people with 5 friends stay',
      definition:
        'By how much the share that stays is larger among people with at least 5 friends by day 7 than among the rest: 0.2 is a fifth more. It shows that the two go together, not that one causes the other.',
      unit: 'SHARE',
      of: 'people',
      method: katz,
      target: null,
    },
    ({ friends, friendsBack, others, othersBack }) =>
      told(friends + others, lift(friendsBack, friends, othersBack, others)),
  ),
  define(
    'threeFriends',
    {
      name: 'threeFriendsByMonthThree',
      title: 'At least 3 friends by month 3',
      definition:
        'Of the people who joined in the period, the share that made at least 3 friends in their first 90 days. A friendship that ended since counts.',
      unit: 'SHARE',
      of: 'people',
      method: wilson,
      target: 0.4,
    },
    ({ joined, befriended }) => told(joined, share(befriended, joined)),
  ),
  define(
    'reports',
    {
      name: 'reportsBeforeBlock',
      title: 'Reports in the 30 days before a block',
      definition:
        'For each 1,000 blocks made in the period: how often one of the two people had reported the other in the 30 days before. Only blocks that stand for at least 30 days count.',
      unit: 'PER_THOUSAND',
      of: 'blocks',
      method: normal,
      target: null,
    },
    ({ n, before, beforeSquares }) => told(n, times(1_000, mean(n, before, beforeSquares))),
  ),
  define(
    'reports',
    {
      name: 'reportsAfterBlock',
      title: 'Reports in the 30 days after a block',
      definition:
        'For each 1,000 blocks made in the period: how often one of the two people reported the other in the 30 days after. Only blocks that stand for at least 30 days count.',
      unit: 'PER_THOUSAND',
      of: 'blocks',
      method: normal,
      target: null,
    },
    ({ n, after, afterSquares }) => told(n, times(1_000, mean(n, after, afterSquares))),
  ),
  define(
    'reports',
    {
      name: 'reportsReduction',
      title: 'Fewer reports after a block',
      definition:
        'Which part of the reports between two people is gone in the 30 days after a block, measured by the 30 days before: 0.6 means three of five are gone.',
      unit: 'SHARE',
      of: 'blocks',
      method: 'Ratio of paired means (delta method), 95 %',
      target: 0.6,
    },
    (sums) => told(sums.n, reduction(sums)),
  ),
]
