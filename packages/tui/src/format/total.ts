export const PAGE_SIZE = 20;

type Counted = { readonly total: number; readonly totalIsCapped: boolean };

/** `57`, or `1,000+` where the server stopped counting. */
export function totalText({ total, totalIsCapped }: Counted): string {
  return `${grouped(total)}${totalIsCapped ? "+" : ""}`;
}

/** `1–20 of 57`; nothing where there is nothing. */
export function rangeText(
  page: Counted & { readonly items: readonly unknown[] },
  pageIndex: number,
): string {
  if (page.items.length === 0) return "";
  const first = pageIndex * PAGE_SIZE + 1;
  const last = first + page.items.length - 1;
  return `${grouped(first)}–${grouped(last)} of ${totalText(page)}`;
}

type Window = { readonly from: number; readonly seen: number; readonly count: number };

/** `1–18 of 40 lines`, shorter on a narrow page; nothing where all of them are seen. */
export function linesText({ from, seen, count }: Window, columns: number): string {
  if (count <= seen) return "";
  const range = `${from + 1}–${Math.min(count, from + seen)} of ${count}`;
  return columns < 80 ? range : `${range} lines`;
}

/** `1,204`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
