import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const dist = join(import.meta.dirname, 'dist')

// What dist holds besides the build is the placeholder of a checkout without Node, so the build clears up after
// itself rather than emptying the folder. The server sends files as they are: they are compressed here, once.
function tidyAndCompress(): Plugin {
  return {
    name: 'tidy-and-compress',
    apply: 'build',
    buildStart() {
      for (const name of readdirSync(dist)) if (name !== 'placeholder.html') rmSync(join(dist, name), { recursive: true })
    },
    closeBundle() {
      for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name) || name === 'placeholder.html') continue
        const body = readFileSync(join(dist, name))
        const small = gzipSync(body, { level: 9 })
        if (small.length < body.length) writeFileSync(join(dist, `${name}.gz`), small)
      }
    },
  }
}

// A form's items say at the field what the server says of it; see parts/FormItem.vue, which is Element's with that.
const ownFormItem = (name: string) =>
  name === 'ElFormItem' ? { name: 'default', from: join(import.meta.dirname, 'src/parts/FormItem.vue') } : undefined

export default defineConfig({
  base: '/console/',
  plugins: [
    vue(),
    Components({ dts: false, dirs: [], resolvers: [ownFormItem, ElementPlusResolver({ importStyle: 'css' })] }),
    tidyAndCompress(),
  ],
  build: { outDir: 'dist', emptyOutDir: false, target: 'es2020', chunkSizeWarningLimit: 700 },
  // Components of Element bring their styles along, which node cannot read.
  test: { server: { deps: { inline: ['element-plus'] } } },
  server: { port: 5173, proxy: { '/staff': process.env.BANGFU ?? 'http://127.0.0.1:8080' } },
})
