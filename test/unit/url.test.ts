import { expect, it } from 'vitest';
import { urlOf } from '#menshen/core/index.js';

/** Enough for the engine to optimise what is asked. */
const often = 50_000;
const timesRead = (text: string) => Array.from({ length: often }, () => urlOf(text)).filter(Boolean).length;

it('a text that is no URL is none, however often it is asked about', () => {
  expect(timesRead('http://10.0.Æ´')).toBe(0);
});

it('a text that is one is read, however often', () => {
  expect(timesRead('http://bücher.example/')).toBe(often);
  expect(urlOf('http://10.0.0.1:8080/hook')?.port).toBe('8080');
});
