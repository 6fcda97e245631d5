import { join } from 'node:path'
import { expect } from 'vitest'
import {
  differenceFound,
  differenceFromLook,
  type Look,
} from '../../../support/compared-picture.ts'
import type { Screen } from './harness.ts'

/**
 * Compares what a component looks like with its picture in `test/kit/ui/pictures`. Moments are
 * left out of it.
 * @throws AssertionError that names the file with the new picture
 */
export async function expectPicture(screen: Screen, name: string): Promise<void> {
  expect(await differenceFound(lookOf(screen, name))).toEqual([])
}

/** The share of pixels in which a component differs visibly from its picture. */
export function differenceFromPicture(screen: Screen, name: string): Promise<number> {
  return differenceFromLook(lookOf(screen, name))
}

function lookOf({ page, stage }: Screen, name: string): Look {
  return {
    page,
    part: stage,
    path: join(import.meta.dirname, '..', 'pictures', `${name}.png`),
    style: 'time { visibility: hidden }',
    tolerance: 0.01,
  }
}
