import { expect } from 'vitest'
import { patience, type Screen, type ScreenOptions } from './harness.ts'
import { axe, sidewaysScroll } from './looks.ts'
import { expectPicture } from './pictures.ts'

/**
 * Looks at a component as it is wide and narrow, light and dark, and in Arabic: axe finds nothing,
 * nothing stands out of the page, React complains of nothing, and the picture is as before. The
 * pages hear of no changes, and need not wait for a stream.
 * @param open opens the same state each time
 * @param ready what is there when the component shows everything
 */
export async function expectGoodLooks(
  name: string,
  open: (options: ScreenOptions) => Promise<Screen>,
  ready: string,
): Promise<void> {
  const look = async (screen: Screen) => {
    await screen.stage.locator(ready).first().waitFor({ timeout: patience.timeout })
    // Nothing is still on its way.
    const waiting = screen.stage.locator('[aria-busy=true], .cx-waiting')
    await expect.poll(() => waiting.count(), patience).toBe(0)
  }
  const wide = await open({ live: false })
  await look(wide)
  await expectPicture(wide, name)
  expect([name, 'light', await axe(wide.page)]).toEqual([name, 'light', []])
  await wide.page.emulateMedia({ colorScheme: 'dark' })
  expect([name, 'dark', await axe(wide.page)]).toEqual([name, 'dark', []])
  await wide.page.setViewportSize({ width: 390, height: 844 })
  expect([name, await sidewaysScroll(wide.page)]).toEqual([name, []])

  const arabic = await open({ live: false, language: 'ar', width: 390, theme: 'dark' })
  await look(arabic)
  expect([name, 'Arabic', await axe(arabic.page)]).toEqual([name, 'Arabic', []])
  expect([name, await sidewaysScroll(arabic.page)]).toEqual([name, []])
  expect([...wide.complaints, ...arabic.complaints]).toEqual([])
}
