import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type * as schemaEngine from '@prisma/schema-engine-wasm/schema_engine_bg'
import type { OwnerAdapter } from './adapter.ts'

let loaded: Promise<typeof schemaEngine> | undefined

/**
 * Prisma's own schema engine as WebAssembly: the logic of `prisma migrate`, without a native
 * program to download. One engine works on one connection; `free` it when done.
 */
export async function openEngine(adapter: OwnerAdapter): Promise<schemaEngine.SchemaEngine> {
  loaded ??= load()
  const { SchemaEngine } = await loaded
  // The second argument receives the engine's log lines; its errors arrive as rejections.
  return SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  )
}

/**
 * What Node has under this name and neither the library of ES2024 nor Node's types declare; only
 * what is used here.
 */
declare const WebAssembly: {
  instantiate(
    code: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}

/**
 * The package's entry imports its `.wasm` as a module, which Node does only behind a flag; so the
 * two halves are joined here.
 */
async function load(): Promise<typeof schemaEngine> {
  // A panic of the engine ends in this call; without it the process dies of a TypeError that says
  // nothing.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: panic } })
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const code = await readFile(path.replace(/\.js$/, '.wasm'))
  const { instance } = await WebAssembly.instantiate(code, {
    './schema_engine_bg.js': Object.fromEntries(Object.entries(glue).map(letGo)),
  })
  glue.__wbg_set_wasm(instance.exports)
  const start = instance.exports['__wbindgen_start']
  if (typeof start === 'function') (start as () => void)()
  return glue
}

function panic(message: string): never {
  throw new Error(`Prisma's schema engine failed: ${message}`)
}

/**
 * The engine never clears the timer of its ten seconds' patience for the lock: it must not hold a
 * finished process open.
 */
function letGo([name, imported]: [string, unknown]): [string, unknown] {
  if (!name.startsWith('__wbg_setTimeout_')) return [name, imported]
  return [
    name,
    (callback: () => void, milliseconds: number) =>
      setTimeout(callback, milliseconds >>> 0).unref(),
  ]
}
