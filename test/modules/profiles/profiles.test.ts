import { describe, expect, it } from 'vitest'
import { blanks, escape } from '../../support/blanks.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService()

const fields = 'displayName avatarUrl bio city region sportPreferences'
const Update = `mutation ($profile: UserProfileInput!) { updateProfile(profile: $profile) {
  changed profile { ${fields} } user { id } userErrors { code message field } } }`
const ProfileOf = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { profile { ${fields} } } } }`

async function update(person: Asker, profile: Record<string, unknown>) {
  const { data, body } = await person.ask(Update, { profile })
  if (data?.updateProfile === undefined) throw new Error(body)
  return data.updateProfile
}
async function profileOf(asker: Asker, person: { readonly id: string }) {
  const { data } = await asker.ask(ProfileOf, { r: [{ __typename: 'User', id: person.id }] })
  return data._entities[0].profile
}

const whole = {
  displayName: 'Alice Liddell',
  avatarUrl: 'https://example.com/alice.png',
  bio: 'Down the rabbit hole.\nAnd back.',
  city: 'Oxford',
  region: 'Oxfordshire',
  sportPreferences: ['croquet', 'running'],
}
const nothing = {
  displayName: null,
  avatarUrl: null,
  bio: null,
  city: null,
  region: null,
  sportPreferences: [],
}
const invalid = (field: string) => [
  {
    code: 'INVALID_INPUT',
    message: expect.stringContaining(`\`profile.${field}`),
    field: ['profile', field],
  },
]

describe('a profile', () => {
  it('is null for somebody who has never said anything', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await profileOf(bob, alice)).toBeNull()
    expect(await update(alice, {})).toMatchObject({ changed: false, profile: null, userErrors: [] })
    expect(await update(alice, { bio: null, city: '  ' })).toMatchObject({ changed: false })
    expect(await profileOf(alice, alice)).toBeNull()
  })

  it('is what the person says, for whoever sees them', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await update(alice, whole)).toEqual({
      changed: true,
      profile: whole,
      user: { id: alice.id },
      userErrors: [],
    })
    for (const asker of [alice, bob, app.nobody, app.service]) {
      expect(await profileOf(asker, alice)).toEqual(whole)
    }
  })

  it('said again changes nothing', async () => {
    const [alice] = await app.people('alice')
    await update(alice, whole)
    expect(await update(alice, whole)).toMatchObject({ changed: false, profile: whole })
    expect(await update(alice, { city: ' Oxford ' })).toMatchObject({ changed: false })
  })

  it.each(Object.entries(whole))(
    'keeps the rest when %s alone changes, and when it goes',
    async (field, value) => {
      const [alice] = await app.people('alice')
      await update(alice, { ...whole, [field]: null })
      const without = { ...whole, [field]: nothing[field as keyof typeof nothing] }
      expect(await profileOf(alice, alice)).toEqual(without)
      expect(await update(alice, { [field]: value })).toMatchObject({
        changed: true,
        profile: whole,
      })
      expect(await update(alice, { [field]: null })).toMatchObject({
        changed: true,
        profile: without,
      })
      expect(await update(alice, { [field]: null })).toMatchObject({ changed: false })
    },
  )

  it('takes back everything, and is still there', async () => {
    const [alice] = await app.people('alice')
    await update(alice, whole)
    expect(await update(alice, nothing)).toMatchObject({ changed: true, profile: nothing })
  })

  it('is null for whom a block hides it from, either way, and for the absent', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await update(alice, whole)
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(carol, alice)
    expect(await profileOf(bob, alice)).toBeNull()
    expect(await profileOf(carol, alice)).toBeNull()
    expect(await profileOf(bob, { id: newUserId() })).toBeNull()
  })

  it('of a hundred people and their names are one statement', async () => {
    const people = await Promise.all(
      Array.from({ length: 5 }, async () => (await app.people('somebody'))[0]),
    )
    for (const person of people) await update(person, { displayName: person.id.slice(0, 8) })
    const [alice] = await app.people('alice')
    const ids = [...people.map(({ id }) => id), ...Array.from({ length: 95 }, newUserId)]
    const { data, statements } = await alice.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { username profile { displayName } } } }`,
      { r: ids.map((id) => ({ __typename: 'User', id })) },
    )
    expect(data._entities[4]).toEqual({
      username: null,
      profile: { displayName: people[4]?.id.slice(0, 8) },
    })
    expect(statements).toEqual(['users.summaries'])
  })
})

describe('what a profile may say', () => {
  const refuses = async (person: Person, profile: Record<string, unknown>, field: string) => {
    expect(await update(person, { ...whole, ...profile })).toEqual({
      changed: false,
      profile: null,
      user: null,
      userErrors: invalid(field),
    })
    expect(await profileOf(person, person)).toBeNull()
  }

  it.each([
    ['displayName', 64],
    ['bio', 280],
    ['city', 80],
    ['region', 80],
  ])('%s: up to %i code points, however many bytes', async (field, most) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const longest = '🏓'.repeat(most)
    expect(await update(alice, { [field]: ` ${longest} ` })).toMatchObject({
      changed: true,
      profile: { [field]: longest },
    })
    await refuses(bob, { [field]: `${longest}x` }, field)
  })

  it.each(['displayName', 'city', 'region'])(
    '%s: one line, and nothing that turns it about',
    async (field) => {
      const [alice] = await app.people('alice')
      for (const text of ['two\nlines', 'ta\tb', 'evil\u202Etxet', 'n\u0000ul', 'half \ud83c']) {
        await refuses(alice, { [field]: text }, field)
      }
    },
  )

  it.each(['displayName', 'bio', 'city', 'region'])(
    '%s: nothing at all, when nothing in it is visible',
    async (field) => {
      for (const blank of blanks) {
        const [alice] = await app.people('alice')
        await update(alice, { ...whole, [field]: 'visible' })
        expect(await update(alice, { [field]: blank }), escape(blank)).toMatchObject({
          changed: true,
          profile: { [field]: null },
        })
      }
    },
  )

  it.each(['displayName', 'bio', 'city', 'region'])(
    '%s: without marks of direction and lone accents at its ends, as phones hand names over',
    async (field) => {
      const [alice] = await app.people('alice')
      for (const text of [
        '\u2068Alice\u2069',
        ' \u202aAlice\u202c ',
        '\u200f\u0301Alice\u200e \u0301',
        '\ufeffAlice\u3164\u2800\u00ad',
        'Alice \ufe0f',
      ]) {
        await update(alice, { [field]: null })
        expect(await update(alice, { [field]: text }), escape(text)).toMatchObject({
          changed: true,
          profile: { [field]: 'Alice' },
        })
      }
    },
  )

  it.each(['displayName', 'bio', 'city', 'region'])(
    '%s: whole emoji, flags, hieroglyphs and Persian words, which are joined by what cannot be seen, and logos beside a name',
    async (field) => {
      const [alice] = await app.people('alice')
      for (const text of [
        '👩‍👩‍👧',
        'Alice ❤️',
        '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
        'می‌خواهم',
        'किरणे',
        'Ame\u0301lie',
        '\u{13080}\u{13430}\u{13193}',
        'Alice \uf8ff',
        '\u{1fbff} Alice',
      ]) {
        await update(alice, { [field]: null })
        expect(await update(alice, { [field]: `\u2068${text}\u2069` }), text).toMatchObject({
          profile: { [field]: text },
        })
      }
    },
  )

  it('avatarUrl: an absolute https address of up to 512 characters', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const longest = `https://example.com/${'a'.repeat(492)}`
    expect(longest).toHaveLength(512)
    expect(await update(alice, { avatarUrl: longest })).toMatchObject({ changed: true })
    for (const url of [
      `${longest}a`,
      'http://example.com/a.png',
      '/a.png',
      '//example.com/a.png',
      'javascript:alert(1)',
      'data:image/png;base64,AAAA',
      'https://',
      'https://alice:secret@example.com/a.png',
      'https://example.com/a\nb',
      'nonsense',
    ]) {
      await refuses(bob, { avatarUrl: url }, 'avatarUrl')
    }
  })

  it('sportPreferences: up to twenty of up to 32, folded, each once, in their order', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { profile } = await update(alice, {
      sportPreferences: [' Table   Tennis ', 'CHESS', 'table tennis', 'Fußball', 'chess'],
    })
    expect(profile.sportPreferences).toEqual(['table tennis', 'chess', 'fußball'])
    const twenty = Array.from({ length: 20 }, (_, place) => `sport ${String(place)}`)
    expect(await update(alice, { sportPreferences: twenty })).toMatchObject({ changed: true })
    expect(await update(alice, { sportPreferences: ['x'.repeat(32)] })).toMatchObject({
      changed: true,
    })
    for (const sports of [
      [...twenty, 'one more'],
      ['x'.repeat(33)],
      ['chess', ' '],
      ['a\u202eb'],
      // Longer in lower case than as they were typed.
      ['İ'.repeat(32)],
      ...blanks.map((blank) => [blank]),
    ]) {
      await refuses(bob, { sportPreferences: sports }, 'sportPreferences')
    }
  })
})
