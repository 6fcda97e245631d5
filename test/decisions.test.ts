import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs/decisions')
const index = readFileSync(join(folder, 'README.md'), 'utf8')
const records = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

/** The head of a record: `# 7. Title`, then its date and status. Null when it has another form. */
const head =
  /^# (?<number>\d+)\. (?<title>.+)\n\n- Date: (?<date>2\d{3}-\d\d-\d\d)\n- Status: (?<status>.+)\n/

/** The statuses that a record can have; records are named by number, as links. */
const statuses =
  /^(accepted|superseded by \[\d{4}\]\(\S+\)|accepted, superseded in part by \[\d{4}\]\(\S+\)(, \[\d{4}\]\(\S+\))*)$/

/** The lines of a Markdown table, each with single spaces. */
function tableLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ['))
    .map((line) => line.replaceAll(/ +/g, ' '))
}

/**
 * The files of the repository that a record names by their paths, unless it says that they are
 * deleted since.
 */
function namedFiles(text: string): string[] {
  const paths = /`((?:src|test|prisma|schema|docs)\/[\w./-]+)`(?!, deleted since)/g
  return [...text.matchAll(paths)].map(([, path]) => path ?? '')
}

describe('the records of docs/decisions', () => {
  it.each(records)('$name has a number, a plain title, a date and a status', ({ name, text }) => {
    const { number = '', title = '', status = '' } = head.exec(text)?.groups ?? {}
    expect(number.padStart(4, '0')).toBe(name.slice(0, 4))
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    expect(status).toMatch(statuses)
    expect(text).toContain('\n## Context\n')
    expect(text).toContain('\n## Decision\n')
  })

  it('have a number each', () => {
    const numbers = records.map(({ name }) => name.slice(0, 4))
    expect(numbers).toEqual([...new Set(numbers)])
  })

  it('are superseded by records that exist and say so', () => {
    const superseded = records.flatMap(({ name, text }) =>
      [...(head.exec(text)?.groups?.['status'] ?? '').matchAll(/\((\S+?)\)/g)].map(
        ([, by = '']) => ({ name, by }),
      ),
    )
    expect(superseded.length).toBeGreaterThan(0)
    for (const { name, by } of superseded) {
      const later = records.find((record) => record.name === by)
      expect(later?.text).toMatch(new RegExp(`^- Supersedes: .*\\(${name}\\)`, 'm'))
    }
  })

  it('name files that exist, or say that they are deleted since', () => {
    const missing = records.flatMap(({ name, text }) =>
      namedFiles(text)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${name}: ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('stand in the index, each with its title, date and status', () => {
    const expected = records.map(({ name, text }) => {
      const { number = '', title = '', date = '', status = '' } = head.exec(text)?.groups ?? {}
      return `| [${number}. ${title}](${name}) | ${date} | ${status} |`
    })
    expect(tableLines(index)).toEqual(expected)
  })
})
