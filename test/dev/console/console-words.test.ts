import { describe, expect, it } from 'vitest'
import { arabic } from '../../../src/dev/console/page/words/ar.ts'
import { german } from '../../../src/dev/console/page/words/de.ts'
import { english } from '../../../src/dev/console/page/words/en.ts'
import { ar } from '../../../src/kit/react/ui/messages/messages.ts'

// What the console says of a number, in the forms that each language has for it.

/** A number for each of the six forms of Arabic. */
const numbers = [0, 1, 2, 3, 11, 100]

describe('a number at home', () => {
  it('is of one friend, or of several', () => {
    const { friends, requests, contacts, followers } = english.home.numbers
    expect([friends(1), requests(1), contacts(1), followers(1)]).toEqual([
      'Friend',
      'Friend request',
      'Contact',
      'Follower',
    ])
    expect(numbers.toSpliced(1, 1).map(followers)).toEqual(Array(5).fill('Followers'))
    expect([0, 1, 2].map(german.home.numbers.friends)).toEqual(['Freunde', 'Freund', 'Freunde'])
  })

  it('has all forms of Arabic', () => {
    const { friends, followers } = arabic.home.numbers
    expect(numbers.map(friends)).toEqual(['أصدقاء', 'صديق', 'صديقان', 'أصدقاء', 'صديقًا', 'صديق'])
    expect(numbers.map(followers)).toEqual([
      'متابعين',
      'متابع',
      'متابعان',
      'متابعين',
      'متابعًا',
      'متابع',
    ])
    expect(ar.common.people(100, 'ar')).toMatch(/شخص$/)
  })
})
