import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { links } from '../../support/verbs.ts'
import { expectGoodLooks } from './harness/good-looks.ts'
import { openKitUi, patience, type Screen } from './harness/harness.ts'
import { axe, sidewaysScroll } from './harness/looks.ts'
import { expectPicture } from './harness/pictures.ts'

// What people set for themselves: contact links, their username, their privacy.

const ui = await openKitUi()
const urlOf = { $call: 'urlOf' }

const button = (screen: Screen, name: string) =>
  screen.page.getByRole('button', { name, exact: true })
const focused = ({ page }: Screen) => page.evaluate(() => document.activeElement?.textContent)
/** Letter by letter, and faster than a busy machine may be, which the field takes for a pause. */
const typeAtOnce = (field: Locator, text: string) =>
  field.evaluate((input: HTMLInputElement, letters) => {
    input.focus()
    // There is no other way for a page to type.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    for (const letter of letters) document.execCommand('insertText', false, letter)
  }, text)
/** Makes a link; once more where a busy machine has refused it. */
async function makeLink(screen: Screen): Promise<void> {
  const made = screen.page.getByLabel('Address of the link')
  const refused = screen.page.getByRole('alert')
  do {
    await button(screen, 'Create link').press('Enter')
    await made.or(refused).first().waitFor()
  } while (!(await made.isVisible()))
}
const addressOf = ({ page }: Screen) => page.getByLabel('Address of the link').inputValue()

describe('contact links', () => {
  it('do not show to whoever signs in next', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'NextViewerSample', { live: false })
    await makeLink(screen)
    await button(screen, 'Sign in').click()
    await button(screen, 'Create link').waitFor()
    expect(await screen.page.getByLabel('Address of the link').count()).toBe(0)
  })

  it('alice makes one and copies it, bob accepts, and after she has revoked it carol cannot', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    const screen = await ui.open(alice, 'ContactLinkSharing', {
      props: { urlOf },
      browser: { permissions: ['clipboard-read', 'clipboard-write'] },
    })
    const { page } = screen
    await page.getByLabel('Label').fill('Chess club')
    await page.getByLabel('Can be used by').selectOption('5')
    await page.getByLabel('Expires').selectOption('7')
    await page.keyboard.press('Tab')
    await makeLink(screen)
    await page.getByText('It is not shown again.').waitFor()
    const url = await addressOf(screen)
    expect(url).toMatch(/^https:\/\/app\.example\/links\/[\w-]{43}$/)
    await button(screen, 'Copy').click()
    await page.getByText('Copied', { exact: true }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url)
    await button(screen, 'Close').press('Enter')
    await expect.poll(() => focused(screen), patience).toBe('Create link')

    const token = url.slice(url.lastIndexOf('/') + 1)
    const props = { token, onAccepted: { $call: 'onAccepted' } }
    const ofBob = await ui.open(bob, 'ContactLinkPreview', { props })
    await ofBob.page.getByText('Chess club').waitFor()
    await button(ofBob, 'Add to contacts').click()
    await ofBob.page.getByText(/Alice.* is in your contacts now\./).waitFor()
    await expect.poll(async () => (await ofBob.calls()).length, patience).toBe(1)

    await page.reload()
    await page.getByText('Used by 1 person · 4 uses left').waitFor()
    await button(screen, 'Revoke Chess club').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await expect.poll(() => focused(screen), patience).toBe('Cancel')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(screen), patience).toBe('Revoke')
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Used by 1 person · Revoked').waitFor()
    const texts: string[] = []
    for (const each of [token, 'x'.repeat(43)]) {
      const screenOfCarol = await ui.open(carol, 'ContactLinkPreview', { props: { token: each } })
      await screenOfCarol.page.getByText('This link is not valid').waitFor()
      texts.push(await screenOfCarol.stage.innerHTML())
    }
    expect(texts[0]).toBe(texts[1])
    expect([...screen.complaints, ...ofBob.complaints]).toEqual([])
  })

  it('have a label as long as the service takes it, which counts an emoji once', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'ContactLinkSharing', { props: { urlOf }, live: false })
    const label = screen.page.getByLabel('Label')
    const longest = '🙂'.repeat(60)
    await label.fill(`${longest}🙂`)
    expect(await label.inputValue()).toBe(longest)
    await makeLink(screen)
    const { data } = await alice.ask('{ viewer { contactLinks { edges { node { label } } } } }')
    expect(data).toEqual({ viewer: { contactLinks: { edges: [{ node: { label: longest } }] } } })
  })

  it('a QR code is loaded when it is wanted, and says where it leads to a camera only', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'ContactLinkSharing', { props: { urlOf }, live: false })
    const scripts: string[] = []
    screen.page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.url())
    })
    await makeLink(screen)
    await button(screen, 'Show QR code').click()
    await screen.page.getByRole('img', { name: 'QR code of the link' }).waitFor()
    expect(scripts).toHaveLength(1)
    expect(await axe(screen.page)).toEqual([])
    await screen.page.setViewportSize({ width: 390, height: 844 })
    expect(await sidewaysScroll(screen.page)).toEqual([])
    await button(screen, 'Hide QR code').waitFor()
  })

  it('is shared where the browser can, and where it cannot copy, it says so', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'ContactLinkSharing', { props: { urlOf }, live: false })
    const { page } = screen
    await page.evaluate(() => {
      Object.assign(navigator, {
        share: ({ url, title }: ShareData) => {
          globalThis.kitUi.calls.push({ name: 'share', args: [url, title] })
          return Promise.reject(new Error('They have changed their mind.'))
        },
      })
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
      Object.defineProperty(document, 'execCommand', { value: () => false })
    })
    await page.getByLabel('Label').fill('Team')
    await makeLink(screen)
    await button(screen, 'Share').click()
    const shared = { name: 'share', args: [await addressOf(screen), 'Team'] }
    await expect.poll(() => screen.calls(), patience).toContainEqual(shared)
    await button(screen, 'Copy').click()
    await page.getByText('Copying did not work.').waitFor()
    expect(screen.complaints).toEqual([])
  })

  it('look good', async () => {
    const [alice] = await ui.people('alice')
    const used = await links.create(alice, { label: 'Chess club', maxUses: 5 })
    const revoked = await links.create(alice, { label: 'A label of sixty letters '.repeat(2) })
    await links.revoke(alice, revoked.link)
    const open = (options: object) =>
      ui.open(alice, 'ContactLinkSharing', { ...options, props: { urlOf } })
    await expectGoodLooks('contact-link-sharing', open, '.cx-row .cx-name')
    const [bob] = await ui.people('bob')
    const preview = (options: object) =>
      ui.open(bob, 'ContactLinkPreview', { ...options, props: { token: used.token } })
    await expectGoodLooks('contact-link-preview', preview, '.cx-button')
  })
})

describe('the username', () => {
  it('is chosen with words about each name while alice types', async () => {
    const [alice] = await ui.people('alice', 'robert')
    const props = { onClaimed: { $call: 'onClaimed' } }
    const screen = await ui.open(alice, 'UsernameClaim', { props, live: false })
    const field = screen.page.getByLabel('Username')
    const verdict = screen.page.getByRole('status').first()
    const says = (text: string) => verdict.filter({ hasText: text }).waitFor()
    await says('This is your username.')
    await field.fill('b')
    await says('This cannot be a username.')
    await field.fill('')
    await typeAtOnce(field, 'robert')
    await says('is not available.')
    expect(screen.operations.filter((name) => name === 'CheckUsername')).toHaveLength(1)
    await screen.page
      .getByRole('button', { name: /^@robert/ })
      .first()
      .click()
    await says('is available.')
    await field.fill('Alice.Two')
    await says('is available.')
    await screen.page.getByText('stays reserved for you for 30 days').waitFor()
    await field.press('Enter')
    await says('You are @')
    await expect.poll(() => field.inputValue(), patience).toBe('alice.two')
    await expect
      .poll(() => screen.calls(), patience)
      .toEqual([{ name: 'onClaimed', args: ['alice.two'] }])
    expect(screen.complaints).toEqual([])
  })

  it('that somebody else takes in the same moment is not available', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await ui.open(alice, 'UsernameClaim', { live: false })
    const field = screen.page.getByLabel('Username')
    await field.fill('carol.one')
    await screen.page.getByText('is available.').waitFor()
    const { data } = await bob.ask('mutation { claimUsername(username: "carol.one") { changed } }')
    expect(data.claimUsername).toEqual({ changed: true })
    // On a busy machine the first attempt may be refused: it says so, and can be made again.
    const told = async () => {
      await button(screen, 'Save username')
        .click({ timeout: 2_000 })
        .catch(() => undefined)
      return screen.page.getByText('is not available.').count()
    }
    await expect.poll(told).toBe(1)
  })

  it('looks good', async () => {
    const [alice] = await ui.people('alice', 'bob')
    const open = async (options: object) => {
      const screen = await ui.open(alice, 'UsernameClaim', options)
      await screen.page.getByRole('textbox').fill('bob')
      return screen
    }
    await expectGoodLooks('username-claim', open, '.cx-entry .cx-button')
  })
})

describe('privacy', () => {
  const settingsOf = async (person: { ask: (document: string) => Promise<{ data: unknown }> }) => {
    const { data } = await person.ask(
      '{ viewer { privacySettings { discoverable allowMessages allowFollows } } }',
    )
    return (data as { viewer: { privacySettings: unknown } }).viewer.privacySettings
  }

  it('each setting is saved by itself and shows at once', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'PrivacySettings', { live: false })
    const { page } = screen
    const search = page.getByRole('switch', { name: 'Search and suggestions' })
    await search.waitFor()
    const release = await screen.hold('UpdatePrivacySettings')
    await search.focus()
    await page.keyboard.press('Space')
    await expect.poll(() => search.isChecked(), patience).toBe(false)
    // The last of two choices is the one that counts.
    await page.getByLabel('Messages').selectOption('NOBODY')
    await page.getByLabel('Messages').selectOption('FRIENDS')
    const sent = () => screen.operations.filter((name) => name === 'UpdatePrivacySettings').length
    await expect.poll(sent, patience).toBe(2)
    await page.waitForTimeout(200)
    expect(sent()).toBe(2)
    release()
    await expect
      .poll(() => settingsOf(alice), patience)
      .toEqual({ discoverable: false, allowMessages: 'FRIENDS', allowFollows: 'EVERYONE' })
    await page.reload()
    await search.waitFor()
    expect(await search.isChecked()).toBe(false)
    expect(await page.getByLabel('Messages').inputValue()).toBe('FRIENDS')
    expect(screen.complaints).toEqual([])
  })

  it('a setting that could not be saved goes back and says so, and the others stay', async () => {
    const [alice] = await ui.people('alice')
    const screen = await ui.open(alice, 'PrivacySettings', { live: false })
    const { page } = screen
    const follows = page.getByLabel('Followers')
    await follows.waitFor()
    await screen.fail('UpdatePrivacySettings', { code: 'FORBIDDEN' })
    await follows.selectOption('NOBODY')
    await page.getByText('That did not work.').waitFor()
    await expect.poll(() => follows.inputValue(), patience).toBe('EVERYONE')
    expect(await page.getByRole('alert').count()).toBe(1)
  })

  it('what the platform has fixed cannot be changed, and says why', async () => {
    const [alice] = await ui.people('alice')
    const props = {
      locked: ['allowMessages', 'discoverable'],
      fields: ['allowMessages', 'discoverable'],
    }
    const screen = await ui.open(alice, 'PrivacySettings', { props, live: false })
    const messages = screen.page.getByLabel('Messages')
    expect(await messages.isDisabled()).toBe(true)
    expect(await screen.page.getByText('This setting is fixed').count()).toBe(2)
    expect(await screen.page.getByLabel('Followers').count()).toBe(0)
    await expectPicture(screen, 'privacy-settings-locked')
  })

  it('looks good', async () => {
    const [alice] = await ui.people('alice')
    const open = (options: object) => ui.open(alice, 'PrivacySettings', options)
    await expectGoodLooks('privacy-settings', open, '.cx-setting')
  })
})
