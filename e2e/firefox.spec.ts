import { expect } from '@playwright/test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { onPath } from '../lib/host/browser.ts';
import { registeredPerson } from './person.ts';
import { stackPorts } from './stack.ts';
import { test } from './test.ts';

/**
 * The main path in Firefox, driven over WebDriver BiDi: Playwright drives only a Firefox of its own. Without a Firefox on
 * this machine (or in `FIREFOX`) these tests are skipped and say so; CI has one.
 */
const firefox = process.env.FIREFOX ?? onPath('firefox-esr') ?? onPath('firefox');
const origin = `http://localhost:${stackPorts.app}`;

test.skip(firefox === undefined && process.env.CI === undefined, 'there is no Firefox on this machine; set FIREFOX to one');

let browser: Browser;
test.beforeAll(async () => {
  if (firefox === undefined) throw new Error('Firefox is missing: Debian has it as firefox-esr');
  browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox, headless: true });
});
test.afterAll(() => browser?.close());

async function openTerminal(complaints: string[]): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1100, height: 700 });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(origin);
  await untilReady(page);
  return page;
}

async function untilReady(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid="terminal"][data-ready="true"]');
}

const screenOf = (page: Page): Promise<string> => page.evaluate('window.selkieScreen()') as Promise<string>;

async function typeLine(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

async function untilScreen(page: Page, pattern: RegExp): Promise<void> {
  await expect.poll(() => screenOf(page), { timeout: 20_000 }).toMatch(pattern);
}

test('in Firefox the prompt comes, commands run, Tab, history and Ctrl-C work, and the policy blocks nothing of ours', async () => {
  const complaints: string[] = [];
  const page = await openTerminal(complaints);
  await typeLine(page, 'mkdir garden; echo "ü 漢字 🙂" > garden/note.txt; seq 3 | paste -sd+');
  await untilScreen(page, /\n1\+2\+3\n/);
  await page.keyboard.type('cat gar');
  await page.keyboard.press('Tab');
  await page.keyboard.type('n');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await untilScreen(page, /cat garden\/note\.txt\s*\nü 漢字 🙂\n/);
  await typeLine(page, 'while true; do :; done');
  await page.waitForSelector('[data-testid="terminal"][data-busy="true"]');
  await page.keyboard.down('Control');
  await page.keyboard.press('c');
  await page.keyboard.up('Control');
  await untilReady(page);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await untilScreen(page, /(ü 漢字 🙂\n[^]*){2}/);
  await page.reload();
  await untilReady(page);
  await typeLine(page, 'cat garden/note.txt | wc -m');
  await untilScreen(page, /\n7\n/);
  expect(complaints).toEqual([]);
  await page.close();
});

test('in Firefox a person signs in at the prompt, and what they write is on the server', async () => {
  const person = await registeredPerson();
  const complaints: string[] = [];
  const page = await openTerminal(complaints);
  await typeLine(page, 'login');
  await untilScreen(page, /address[^\n]*$/i);
  await typeLine(page, person.email);
  await untilScreen(page, /password[^\n]*$/i);
  await typeLine(page, person.password);
  await untilScreen(page, /signed in as/);
  await typeLine(page, 'echo from firefox > hello.txt; sync; sync log hello.txt');
  await untilScreen(page, /firefox-\w+  A hello\.txt\n/);
  await page.waitForFunction(() => document.querySelector('[role="status"]')?.textContent?.includes('synced'));
  expect(complaints).toEqual([]);
  await page.close();
});
