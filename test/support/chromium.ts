import { existsSync } from 'node:fs'
import { env } from 'node:process'
import { type Browser, chromium } from 'playwright-core'

const windowless = '/usr/bin/chromium-headless-shell'

/**
 * Debian's Chromium without windows, which takes less CPU time, or else the whole one; or the one
 * that `CHROMIUM` names.
 */
export const chromiumPath =
  env['CHROMIUM'] ?? (existsSync(windowless) ? windowless : '/usr/bin/chromium')

/** Whether tests go on without a browser. In continuous integration they fail instead. */
export const isChromiumMissing = !existsSync(chromiumPath) && env['CI'] === undefined

// It asks the network for nothing of its own, and letters look alike on every machine.
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --font-render-hinting=none --disable-lcd-text --force-color-profile=srgb'

// In the whole Chromium every context is a window, whose address bar loads two pages of its own,
// and a renderer is started ahead for the next one. Without them a context takes half of the CPU
// time.
const ofNoUse = 'WebUIOmniboxPopup WebUIOmniboxAimPopup SpareRendererForSitePerProcess'

// The last list is the only one that counts, so these are here again: what Playwright turns off.
const offInPlaywright =
  'AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect TcpPortRandomizationWin OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch'

const off = `${ofNoUse} ${offInPlaywright}`.replaceAll(' ', ',')

export function launchChromium(): Promise<Browser> {
  const args = [...flags.split(' '), `--disable-features=${off}`]
  return chromium.launch({ executablePath: chromiumPath, args })
}
