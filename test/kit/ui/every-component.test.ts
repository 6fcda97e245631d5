import { describe, expect, it } from 'vitest'
import { tieFriends } from '../../support/suggestions.ts'
import { links, verbs } from '../../support/verbs.ts'
import { openKitUi, patience, type Screen } from './harness/harness.ts'
import { axe, sidewaysScroll } from './harness/looks.ts'

// All components on one page: in the language with the longest words, on a phone, and in the states
// that pages are in when the network is bad.

const ui = await openKitUi()

/** The components that say something, by what a locator finds in them. */
const componentsWith = ({ page }: Screen, selector: string) =>
  page.evaluate(
    (within) =>
      [...document.querySelectorAll<HTMLElement>('[data-component]')]
        .filter((each) => each.querySelector(within) !== null)
        .map(({ dataset }) => dataset['component']),
    selector,
  )

/** The components that show what they fetch. */
const fetching = [
  'FriendRequestButton',
  'FriendRequestList',
  'FriendsList',
  'BlockUserAction',
  'BlockedUsersList',
  'ContactsList',
  'SuggestionsList',
  'PossibleAction',
  'ContactLinkSharing',
  'ContactLinkPreview',
  'PrivacySettings',
  'ProfileCard',
]

// So many states take a busy machine minutes.
describe('every component, in German and on a phone', { timeout: 400_000 }, () => {
  it('waits, fails, tries again and shows everything, and fits and can be read throughout', async () => {
    const [alice, bob, carol, dan, erin] = await ui.people('alice', 'bob', 'carol', 'dan', 'erin')
    await tieFriends(ui.app, [alice, bob], [alice, dan], [carol, bob], [carol, dan])
    await verbs.requestFriend(erin, alice)
    await verbs.addContact(alice, bob)
    await verbs.blockUser(alice, (await ui.people('frank'))[0])
    await links.create(alice, { label: 'Schachclub', maxUses: 5 })
    const { token } = await links.create(bob, { label: 'Schachclub' })
    const user = { id: erin.id, username: 'erin', profile: { displayName: 'Erin' } }
    const screen = await ui.open(alice, 'EverySample', {
      props: { user, token },
      language: 'de',
      width: 390,
      live: false,
    })
    const { page, stage } = screen
    const expectGood = async (state: string) => {
      expect([state, await axe(page), await sidewaysScroll(page)]).toEqual([state, [], []])
    }

    const release = await screen.hold('*')
    await page.reload()
    await stage.locator('[data-component]').first().waitFor()
    const waiting = '[aria-busy=true], .cx-waiting'
    await expect.poll(() => componentsWith(screen, waiting), patience).toEqual(fetching)
    await expectGood('waiting')

    const mend = await screen.fail('*')
    release()
    // It offers to block also where nothing can be read.
    const failing = fetching.filter((name) => name !== 'BlockUserAction')
    await expect.poll(() => componentsWith(screen, '.cx-problem'), patience).toEqual(failing)
    const problems = async () => new Set(await stage.locator('.cx-problem p').allTextContents())
    await expect.poll(problems, patience).toEqual(new Set(['Das konnte nicht geladen werden.']))
    await expectGood('failed')

    mend()
    await page.evaluate(() => {
      for (const retry of document.querySelectorAll<HTMLElement>('.cx-problem button'))
        retry.click()
    })
    await expect.poll(() => stage.locator(`.cx-problem, ${waiting}`).count(), patience).toBe(0)
    await stage.getByRole('button', { name: 'Annehmen Erin' }).first().waitFor()
    await expectGood('light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectGood('dark')
    // Names and the address of the link are no words of ours.
    expect(await stage.innerText()).not.toMatch(/\b(the|you|your|friends?|blocked|of)\b/i)
    expect(screen.complaints).toEqual([])
  })
})
