import { describe, expect, it } from 'vitest';
import { newestBook } from './newest-book.ts';

async function find(books: number): Promise<{ found: number; looks: number }> {
  let looks = 0;
  const found = await newestBook(async (number) => {
    looks += 1;
    return number <= books;
  });
  return { found, looks };
}

describe('the newest book', () => {
  it('is found among any number of books', async () => {
    for (let books = 0; books <= 130; books += 1) expect((await find(books)).found).toBe(books);
  });

  it('takes a few looks, however many there are', async () => {
    const { found, looks } = await find(1_000_000);
    expect(found).toBe(1_000_000);
    expect(looks).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(1_000_000)) + 1);
  });
});
