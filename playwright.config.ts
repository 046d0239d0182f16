import { defineConfig } from '@playwright/test';
import { chromeArgs, chromePath } from './test/support/chrome.mjs';

export default defineConfig({
  testDir: 'test/e2e',
  reporter: 'list',
  workers: 2, // each with a browser and a backend of its own
  retries: 0,
  forbidOnly: true,
  use: {
    launchOptions: { executablePath: await chromePath(), args: chromeArgs },
    trace: 'off', // it takes a quarter of the time; `--trace on` shows what happened in one test
  },
});
