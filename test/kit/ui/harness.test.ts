import { describe, expect, it } from 'vitest'
import { openKitUi, patience } from './harness/harness.ts'
import { axe, sidewaysScroll } from './harness/looks.ts'
import { differenceFromPicture, expectPicture } from './harness/pictures.ts'

// What the tests of the components stand on, tried with components of the page's own.

const ui = await openKitUi()

describe('the page of component tests', () => {
  it('shows a component to a person, who sees what another one does in another browser', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const ofAlice = await ui.open(alice, 'AskSample', { props: { userId: bob.id } })
    const ofBob = await ui.open(bob, 'AskSample', { props: { userId: alice.id }, theme: 'dark' })
    await ofAlice.page.getByRole('button', { name: 'Ask' }).click()
    await ofAlice.stage.getByText('asked').waitFor()
    await ofBob.page.getByRole('button', { name: 'Ask' }).click()
    for (const { stage } of [ofAlice, ofBob]) await stage.getByText('FRIEND').waitFor()
    expect(ofAlice.operations).toContain('RequestFriend')
    expect([...ofAlice.complaints, ...ofBob.complaints]).toEqual([])
  })

  it('holds operations, lets them fail, and is offline', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await ui.open(alice, 'AskSample', { props: { userId: bob.id } })
    const release = await screen.hold('GetRelationships')
    await screen.page.reload()
    await screen.stage.getByText('It is loading.').waitFor()
    release()
    await screen.stage.getByText('strangers').waitFor()
    const mend = await screen.fail('RequestFriend', { code: 'FORBIDDEN' })
    await screen.page.getByRole('button', { name: 'Ask' }).click()
    await expect.poll(() => screen.operations, patience).toContain('RequestFriend')
    await screen.stage.getByText('strangers').waitFor()
    mend()
    await screen.setOffline(true)
    await expect.poll(() => screen.page.evaluate(() => navigator.onLine), patience).toBe(false)
  })

  it('shows components alike with Tailwind, also where its styles come last', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const props = { user: { id: bob.id } }
    const screen = await ui.open(alice, 'FriendRequestButton', { props, live: false })
    const button = screen.page.getByRole('button', { name: 'Add friend' })
    const look = () =>
      button.evaluate((element) => {
        const { padding, borderRadius, backgroundColor } = getComputedStyle(element)
        return { padding, borderRadius, backgroundColor }
      })
    await button.waitFor()
    const before = await look()
    // The beginning of Tailwind 4, and of what it does to all buttons.
    await screen.page.addStyleTag({
      content: `@layer theme, base, components, utilities;
        @layer base {
          * { padding: 0 }
          button { border-radius: 0; background-color: transparent }
        }`,
    })
    expect(await look()).toEqual(before)
    expect(before.padding).not.toBe('0px')
  })

  it('finds what a component gets wrong', async () => {
    const props = { onPress: { $call: 'onPress' } }
    const options = { props, live: false, width: 390, language: 'ar' } as const
    const screen = await ui.open(null, 'FaultySample', options)
    await screen.page.getByRole('button').waitFor()
    expect(await axe(screen.page)).toEqual([expect.stringContaining('color-contrast')])
    expect(await sidewaysScroll(screen.page)).toContainEqual(expect.stringContaining('div.wide'))
    await screen.page.getByRole('button').click()
    await expect
      .poll(() => screen.calls(), patience)
      .toEqual([{ name: 'onPress', args: ['pressed'] }])
    expect(await screen.page.evaluate(() => document.documentElement.dir)).toBe('rtl')
  })

  it('takes pictures, and sees when one is another', async () => {
    const screen = await ui.open(null, 'FaultySample', { live: false, width: 640 })
    await expectPicture(screen, 'faulty-sample')
    await screen.page.locator('button').evaluate((button) => (button.textContent = 'Other'))
    const share = () => differenceFromPicture(screen, 'faulty-sample')
    await expect.poll(share).toBeGreaterThan(0.002)
    await screen.page.locator('.wide').evaluate((box) => (box.style.paddingBlock = '20px'))
    await expect.poll(share).toBe(1)
  })
})
