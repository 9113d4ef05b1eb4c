/**
 * The number of the newest book, 0 if there is none. Books are numbered from 1 without a gap, so doubling and then
 * halving finds it in about 2 log2(n) looks, however many there are.
 */
export async function newestBook(exists: (number: number) => Promise<boolean>): Promise<number> {
  let present = 0;
  let absent = 1;
  while (await exists(absent)) {
    present = absent;
    absent *= 2;
  }
  while (absent - present > 1) {
    const middle = Math.floor((present + absent) / 2);
    if (await exists(middle)) present = middle;
    else absent = middle;
  }
  return present;
}
