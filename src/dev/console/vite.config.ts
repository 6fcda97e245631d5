import { join } from 'node:path'
import { defineConfig } from 'vite'
import { pageConfig } from '../pages/vite-config.ts'

export default defineConfig(pageConfig(join(import.meta.dirname, 'page'), '/console/page/'))
