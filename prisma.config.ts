import { defineConfig } from 'prisma/config'

// `prisma generate` looks for a native engine that it never runs, and downloads it when it is
// missing. Any executable ends the search, so that an install needs nothing but the package
// registry.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath

export default defineConfig({
  schema: 'prisma',
  migrations: { path: 'prisma/migrations' },
})
