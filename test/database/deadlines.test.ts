import { expect, it, onTestFinished } from 'vitest'
import { inTime } from '../../src/database/deadlines.ts'

it('what is overdue already is given up at once, and Node has nothing to warn of', async () => {
  const warnings: string[] = []
  const listen = ({ name }: Error) => warnings.push(name)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  const never = new Promise<never>(() => undefined)
  await expect(inTime(never, -5, () => new Error('late'))).rejects.toThrow('late')
  // Node warns in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(warnings).toEqual([])
})
