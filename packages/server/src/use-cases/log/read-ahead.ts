/** Items from consecutive pages, with a look at the next one. */
export type ReadAhead<Item> = {
  /** `undefined` after the last. */
  readonly peek: () => Item | undefined;
  readonly move: () => Promise<void>;
};

export async function readAhead<Item>(
  pages: AsyncIterable<readonly Item[]>,
): Promise<ReadAhead<Item>> {
  const source = pages[Symbol.asyncIterator]();
  let page: readonly Item[] = [];
  let at = 0;
  const fill = async () => {
    while (at >= page.length) {
      const { value, done } = await source.next();
      if (done === true) return;
      page = value;
      at = 0;
    }
  };
  await fill();
  return {
    peek: () => page[at],
    move: async () => {
      at += 1;
      if (at >= page.length) await fill();
    },
  };
}
