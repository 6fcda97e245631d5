import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

/** One file of `src`, as the architecture sees it. Paths are below `src`, with slashes. */
export interface SourceFile {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Names of the types that the file asserts a value to be (`as Transaction`), each once. */
  readonly assertions: readonly string[]
}

/**
 * What a file takes from elsewhere: another file (`base/ids.ts`), or a package (`pg`, `node:fs`).
 */
export interface Import {
  readonly from: string
  readonly kind: 'file' | 'package'
  /** Gone at run time. */
  readonly typeOnly: boolean
}

const root = join(import.meta.dirname, '..', '..', 'src')

/** Every file of `src` that somebody wrote. */
export function readSourceFiles(): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !/^(kit\/)?(generated|dist)\//.test(path))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))
}

/** Reads one file with TypeScript's own parser: what a comment or a string says is no import. */
export function parseSource(path: string, text: string): SourceFile {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false)
  const imports: Import[] = []
  const assertions = new Set<string>()
  const visit = (node: ts.Node): void => {
    const found = importOf(node)
    if (found !== null) imports.push(resolve(path, found.specifier, found.typeOnly))
    if (ts.isAsExpression(node) && ts.isTypeReferenceNode(node.type)) {
      assertions.add(node.type.getText(source))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { path, lines: text.trimEnd().split('\n').length, imports, assertions: [...assertions] }
}

function importOf(node: ts.Node): { specifier: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node)) {
    return written(node.moduleSpecifier, isTypeOnly(node.importClause))
  }
  if (ts.isExportDeclaration(node)) return written(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return written(node.argument.literal, true)
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return written(node.arguments[0], false)
  }
  return null
}

function written(specifier: ts.Node | undefined, typeOnly: boolean) {
  return specifier !== undefined && ts.isStringLiteralLike(specifier)
    ? { specifier: specifier.text, typeOnly }
    : null
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const names = clause.namedBindings
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.every((element) => element.isTypeOnly)
  )
}

function resolve(path: string, specifier: string, typeOnly: boolean): Import {
  return specifier.startsWith('.')
    ? { from: normalize(join(dirname(path), specifier)), kind: 'file', typeOnly }
    : { from: specifier, kind: 'package', typeOnly }
}
