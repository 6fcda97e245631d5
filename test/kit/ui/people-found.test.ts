import { describe, expect, it } from 'vitest'
import { awayFromMidnight } from '../../support/midnight.ts'
import { introduce, setPrivacy, tieFriends } from '../../support/suggestions.ts'
import type { Person } from '../../support/test-service.ts'
import { relationshipOf, verbs } from '../../support/verbs.ts'
import { expectGoodLooks } from './harness/good-looks.ts'
import { openKitUi, patience, type Screen } from './harness/harness.ts'
import { axe, sidewaysScroll } from './harness/looks.ts'

// Finding people and keeping them: contacts, suggestions, profiles.

const ui = await openKitUi()

const button = (screen: Screen, name: string) => screen.page.getByRole('button', { name })
const region = (screen: Screen, name: string) => screen.page.getByRole('region', { name })
const find = (screen: Screen, words: string) => screen.page.getByLabel('Find people').fill(words)
/** The key of the row that has the focus. */
const focusedRow = ({ page }: Screen) =>
  page.evaluate(
    () => document.activeElement?.closest<HTMLElement>('[data-cx-key]')?.dataset['cxKey'],
  )
const isContact = async (one: Person, other: Person) => (await relationshipOf(one, other)).isContact

describe('contacts', () => {
  it('alice finds bob by his name and adds him; removing him can be undone', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await ui.open(alice, 'ContactsList', { live: false })
    await screen.page.getByText('Nobody else sees this list.').waitFor()
    await find(screen, 'bo')
    await button(screen, 'Add to contacts Bob').click()
    const contacts = region(screen, 'Contacts')
    const remove = contacts.getByRole('button', { name: 'Remove from contacts Bob' })
    await remove.click()
    await expect.poll(() => contacts.getByRole('listitem').count(), patience).toBe(0)
    await button(screen, 'Undo').click()
    await remove.waitFor()
    await expect.poll(() => focusedRow(screen), patience).toBe(bob.id)
    expect(screen.operations).not.toContain('RemoveContact')

    await remove.click()
    await button(screen, 'Undo').waitFor()
    expect(await isContact(alice, bob)).toBe(true)
    // What can be undone is sent when the page is left.
    await screen.page.goto('about:blank')
    await expect.poll(() => isContact(alice, bob), patience).toBe(false)
    expect(screen.complaints).toEqual([])
  })

  it('the focus of those who use the keyboard goes on to the next row', async () => {
    const people = await ui.people('alice', 'bob', 'carol')
    const [alice, ...others] = people
    for (const other of others) await verbs.addContact(alice, other)
    const screen = await ui.open(alice, 'ContactsList', { live: false })
    const [first, second] = others.toSorted((one, other) => (one.id < other.id ? -1 : 1))
    await button(screen, `Remove from contacts ${String(first?.displayName)}`).focus()
    await screen.page.keyboard.press('Enter')
    await expect.poll(() => focusedRow(screen), patience).toBe(second?.id)
  })

  it('the focus goes from the button for more to the first row of the last page', async () => {
    const [alice, ...others] = await ui.people('alice', 'bob', 'carol')
    for (const other of others) await verbs.addContact(alice, other)
    const screen = await ui.open(alice, 'ContactsList', { props: { first: 1 }, live: false })
    await button(screen, 'Load more').press('Enter')
    const [, last] = others.map(({ id }) => id).toSorted()
    await expect.poll(() => focusedRow(screen), patience).toBe(last)
  })

  it('somebody who hides from search is found by the whole username', async () => {
    const [alice, carol] = await ui.people('alice', 'zora')
    await setPrivacy(carol, { discoverable: false })
    const screen = await ui.open(alice, 'ContactsList', { live: false })
    await find(screen, 'zor')
    await screen.page.getByText('Nobody was found.').waitFor()
    await find(screen, '@Zora')
    await button(screen, 'Add to contacts Zora').waitFor()
  })

  it('shows that it is loading and that it has failed, and can be tried again', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.addContact(alice, bob)
    // A stream that opens reads everything again, by itself.
    const screen = await ui.open(alice, 'ContactsList', { live: false })
    const mend = await screen.fail('ListContacts')
    await screen.page.reload()
    await screen.page.getByText('This could not be loaded.').waitFor()
    mend()
    const release = await screen.hold('ListContacts')
    await button(screen, 'Try again').click()
    release()
    await button(screen, 'Remove from contacts Bob').waitFor()
    // A removal that fails brings the row back, and says so.
    await screen.fail('RemoveContact')
    await button(screen, 'Remove from contacts Bob').click()
    await screen.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await screen.page.getByText('could not be removed').waitFor()
    await button(screen, 'Remove from contacts Bob').waitFor()
  })

  it('looks good', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    await verbs.addContact(alice, bob)
    await verbs.addContact(alice, carol)
    await introduce(carol, { displayName: 'كارول '.repeat(8).trim() })
    const open = (options: object) => ui.open(alice, 'ContactsList', options)
    await expectGoodLooks('contacts-list', open, '.cx-row .cx-name')
  })
})

describe('suggestions', () => {
  /** Alice has two friends, and carol has the same. */
  async function friendsOfFriends() {
    const [alice, bob, carol, dave] = await ui.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(ui.app, [alice, bob], [alice, dave], [carol, bob], [carol, dave])
    await introduce(alice, { city: 'Graz', region: 'Styria', sportPreferences: ['chess'] })
    await introduce(carol, { city: 'Graz', region: 'Styria', sportPreferences: ['chess'] })
    return { alice, carol }
  }

  it('say why, and the service hears once who was on the screen', async () => {
    await awayFromMidnight()
    const { alice, carol } = await friendsOfFriends()
    const screen = await ui.open(alice, 'SuggestionsList', { props: { first: 1 }, live: false })
    const row = screen.stage.locator(`[data-cx-key="${carol.id}"]`)
    await row.getByText('2 mutual friends').waitFor()
    expect(await row.textContent()).toContain('1 sport in common')
    expect(await row.textContent()).toContain('From your area')
    const told = () => screen.operations.filter((name) => name === 'RecordSuggestionsShown').length
    await expect.poll(told, patience).toBe(1)
    // Scrolled away and back, on the same day.
    await screen.page.evaluate(() => (document.body.style.paddingTop = '200vh'))
    await screen.page.waitForTimeout(200)
    await screen.page.evaluate(() => (document.body.style.paddingTop = ''))
    await screen.page.waitForTimeout(2_500)
    expect(told()).toBe(1)
    const written = async () => {
      const { rows } = await ui.app.admin.query<{ seen: number }>(
        'select count(*)::int as seen from suggestion_impressions where user_id = $1',
        [alice.id],
      )
      return rows
    }
    await expect.poll(written, patience).toEqual([{ seen: 1 }])
  })

  it('can be dismissed, which can be undone, and asked', async () => {
    const { alice, carol } = await friendsOfFriends()
    const screen = await ui.open(alice, 'SuggestionsList', { props: { first: 1 }, live: false })
    await button(screen, 'Dismiss Carol').click()
    await screen.page.getByText('will not be suggested to you').waitFor()
    await button(screen, 'Undo').click()
    await button(screen, 'Add friend Carol').click()
    await screen.page.getByText('Requested', { exact: true }).waitFor()
    await expect
      .poll(() => relationshipOf(carol, alice), patience)
      .toMatchObject({ incomingRequest: { status: 'PENDING' } })
    expect(screen.operations).not.toContain('DismissSuggestion')
    expect(screen.complaints).toEqual([])
  })

  it('offer to follow those who cannot be asked, or to keep them as contacts', async () => {
    const { alice, carol } = await friendsOfFriends()
    const [erin, frank] = await ui.people('erin', 'frank')
    await tieFriends(ui.app, [alice, frank], [erin, frank])
    await setPrivacy(carol, { allowFriendRequests: 'NOBODY' })
    await setPrivacy(erin, { allowFriendRequests: 'NOBODY', allowFollows: 'NOBODY' })
    const screen = await ui.open(alice, 'SuggestionsList', { live: false })
    await button(screen, 'Follow Carol').click()
    await button(screen, 'Unfollow Carol').waitFor()
    await button(screen, 'Add to contacts Erin').click()
    await button(screen, 'Remove from contacts Erin').waitFor()
    await expect.poll(() => isContact(alice, erin), patience).toBe(true)
    await expect
      .poll(() => relationshipOf(alice, carol), patience)
      .toMatchObject({ isFollowing: true })
    expect(screen.complaints).toEqual([])
  })

  it('look good', async () => {
    const { alice } = await friendsOfFriends()
    const open = (options: object) =>
      ui.open(alice, 'SuggestionsList', { ...options, props: { first: 1 } })
    await expectGoodLooks('suggestions-list', open, '.cx-row .cx-name')
  })
})

describe('a profile', () => {
  it('lets alice follow bob and stop, which can be undone', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await ui.open(alice, 'ProfileCard', { props: { userId: bob.id }, live: false })
    await button(screen, 'Follow Bob').click()
    await button(screen, 'Unfollow Bob').click()
    await screen.page.getByText('You do not follow').waitFor()
    await button(screen, 'Undo').click()
    await button(screen, 'Unfollow Bob').waitFor()
    const focused = () => screen.page.evaluate(() => document.activeElement?.textContent)
    await expect.poll(focused, patience).toBe('Unfollow')
    await expect
      .poll(() => relationshipOf(alice, bob), patience)
      .toMatchObject({ isFollowing: true })
    // Who follows again while it can be undone has never stopped: bob may take no followers by now.
    await button(screen, 'Unfollow Bob').click()
    await button(screen, 'Follow Bob').click()
    await button(screen, 'Unfollow Bob').waitFor()
    await expect.poll(() => button(screen, 'Undo').count(), patience).toBe(0)
    expect(screen.operations).not.toContain('UnfollowUser')
    expect(await relationshipOf(alice, bob)).toMatchObject({ isFollowing: true })
  })

  it('of somebody who blocks her looks like that of nobody', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.blockUser(bob, alice)
    const nobody = '00000000-0000-4000-8000-0000000000ff'
    const texts: string[] = []
    for (const userId of [bob.id, nobody]) {
      const screen = await ui.open(alice, 'ProfileCard', { props: { userId }, live: false })
      await screen.page.getByText('This person is not available.').waitFor()
      texts.push(await screen.stage.innerHTML())
    }
    expect(texts[0]).toBe(texts[1])
  })

  it('is edited by its owner, who is told which field is wrong', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'ProfileCard', { props: { userId: alice.id }, live: false })
    await button(screen, 'Edit profile').click()
    const { page } = screen
    await page.getByLabel('About you').fill('Plays chess.\nAnd goes for walks.')
    await page.getByLabel('Sports').fill('chess, walking')
    await page.getByLabel('Address of your picture').fill('http://alice.example/me.png')
    await page.getByLabel('Name', { exact: true }).press('Enter')
    const picture = page.getByLabel('Address of your picture')
    await expect.poll(() => picture.getAttribute('aria-invalid'), patience).toBe('true')
    const isFocused = () => picture.evaluate((field) => field === document.activeElement)
    await expect.poll(isFocused, patience).toBe(true)
    await picture.fill('')
    await button(screen, 'Save').click()
    await button(screen, 'Edit profile').waitFor()
    await screen.stage.getByText('And goes for walks.').waitFor()
    await expect
      .poll(() => screen.stage.getByRole('listitem').allTextContents(), patience)
      .toEqual(['chess', 'walking'])
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent), patience)
      .toBe('Edit profile')
  })

  it('takes names as long as the service does, which counts an emoji once', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'ProfileCard', { props: { userId: alice.id }, live: false })
    await button(screen, 'Edit profile').click()
    const name = screen.page.getByLabel('Name', { exact: true })
    const longest = '🙂'.repeat(64)
    await name.fill(`${longest}🙂`)
    expect(await name.inputValue()).toBe(longest)
    // Amid a full field nothing is added, and the end stays.
    await name.press('Home')
    await name.press('ArrowRight')
    await name.pressSequentially('ab')
    expect(await name.inputValue()).toBe(longest)
    expect(await name.evaluate((field: HTMLInputElement) => field.selectionStart)).toBe(2)
    await button(screen, 'Save').click()
    await button(screen, 'Edit profile').waitFor()
    const { data } = await alice.ask('{ viewer { profile { displayName } } }')
    expect(data).toEqual({ viewer: { profile: { displayName: longest } } })
  })

  it('is shown as the host wants it', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const options = { props: { userId: bob.id }, ownUsers: true, live: false }
    const screen = await ui.open(alice, 'ProfileCard', options)
    await screen.stage.locator('.host-user[data-size=large]').getByText('bob').waitFor()
    expect(await screen.stage.locator('.cx-avatar').count()).toBe(0)
  })

  it('looks good', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    await tieFriends(ui.app, [alice, carol], [bob, carol])
    await verbs.followUser(bob, alice)
    await introduce(bob, {
      bio: 'Chess, and long walks.\nWill answer in the evening.',
      city: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch',
      sportPreferences: ['chess', 'walking'],
    })
    const props = { userId: bob.id }
    const open = (options: object) => ui.open(alice, 'ProfileCard', { ...options, props })
    await expectGoodLooks('profile-card', open, '.cx-button')
    const own = await ui.open(bob, 'ProfileCard', { props, width: 390, live: false })
    await button(own, 'Edit profile').click()
    await own.page.getByLabel('City').waitFor()
    expect(await axe(own.page)).toEqual([])
    expect(await sidewaysScroll(own.page)).toEqual([])
  })
})
