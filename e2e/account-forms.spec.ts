import { expect } from '@playwright/test';
import { mailedCode, newPerson, registeredPerson } from './person.ts';
import { test } from './test.ts';

test('sign-up, code, sign-in, account page and sign-out as plain forms', async ({ page }) => {
  const person = newPerson();
  await page.goto('/sign-up');
  await page.getByLabel(/e-?mail/i).fill(person.email);
  await page.getByLabel(/^password/i).fill(person.password);
  await page.getByRole('button', { name: /sign up|create/i }).click();
  await page.waitForURL('**/confirm');
  expect(page.url()).not.toContain(person.email);
  await page.getByLabel(/code/i).fill(await mailedCode(person.email));
  await page.getByRole('button', { name: /confirm/i }).click();
  await page.waitForURL('**/sign-in**');
  await page.getByLabel(/e-?mail/i).fill(person.email);
  await page.getByLabel(/^password/i).fill(person.password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto('/account');
  await expect(page.getByText(person.email).first()).toBeVisible();
  await page.getByRole('button', { name: /^sign out$/i }).click();
  await page.waitForURL((url) => url.pathname !== '/account');
  await page.goto('/account');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await page.goBack();
  await expect(page.getByText(person.email)).toHaveCount(0);
});

test('password managers are told what each field is', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.locator('input[autocomplete~="username"]')).toBeVisible();
  await expect(page.locator('input[autocomplete~="current-password"][type="password"]')).toBeVisible();
  await page.goto('/sign-up');
  await expect(page.locator('input[autocomplete~="new-password"][type="password"]').first()).toBeVisible();
  expect(await page.locator('form').getAttribute('method')).toBe('post');
});

test('a wrong password says so in an alert that has the focus, and keeps the address', async ({ page }) => {
  const person = await registeredPerson();
  await page.goto('/sign-in');
  await page.getByLabel(/e-?mail/i).fill(person.email);
  await page.getByLabel(/^password/i).fill('Wrong-password-1!');
  await page.getByRole('button', { name: /sign in/i }).click();
  const alert = page.locator('[role="alert"]:not(#__next-route-announcer__)').first();
  await expect(alert).toContainText(/password/i);
  await expect(page.getByLabel(/e-?mail/i)).toHaveValue(person.email);
});

test('a forgotten password is set anew with the mailed code, and the old one is dead', async ({ page, request }) => {
  const person = await registeredPerson();
  await page.goto('/forgot');
  await page.getByLabel(/e-?mail/i).fill(person.email);
  await page.getByRole('button').first().click();
  await page.waitForURL('**/reset**');
  await page.getByLabel(/code/i).fill(await mailedCode(person.email));
  const next = `${person.password}-new`;
  await page.getByLabel(/^(new )?password/i).first().fill(next);
  await page.getByRole('button', { name: /password|reset/i }).last().click();
  await page.waitForURL('**/sign-in**');
  const headers = { 'sec-fetch-site': 'same-origin' };
  expect((await request.post('/api/auth/sign-in', { headers, data: person })).status()).toBe(401);
  expect((await request.post('/api/auth/sign-in', { headers, data: { ...person, password: next } })).status()).toBe(200);
});
