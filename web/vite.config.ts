import { defineConfig } from "vite";

// The built page goes where the server embeds it from. Asset names carry a hash of their content, so they can be cached for good.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/server/page",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": "http://localhost:7878", "/query": "http://localhost:7878" } },
});
