import { type ASTVisitor, Kind, parse, visit } from 'graphql'
import type { Question } from './question.ts'

/**
 * What a document has of all that executors have been found to do differently, to sort failures by.
 */
export function traitsOf({ text, variables, prelude }: Question): string[] {
  const traits = new Set<string>()
  if (prelude !== undefined) traits.add('mistakable')
  const note = (trait: string) => () => {
    traits.add(trait)
  }
  const inside: ASTVisitor = { Variable: note('variable in a literal') }
  try {
    visit(parse(text), {
      Directive: note('condition'),
      VariableDefinition({ defaultValue }) {
        if (defaultValue !== undefined) traits.add('default')
      },
      [Kind.OBJECT]: (node: Parameters<typeof visit>[0]) => void visit(node, inside),
      [Kind.LIST]: (node: Parameters<typeof visit>[0]) => void visit(node, inside),
    })
  } catch {
    traits.add('no document')
  }
  if (Object.values(variables ?? {}).includes(null)) traits.add('null')
  return [...traits].sort()
}
