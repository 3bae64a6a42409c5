import { z } from "zod";
import { isStorableInstant } from "../instant.ts";
import type { KeyQuery, Position } from "../../store/port/keys.ts";

// A cursor says where a page ended, in which order. It is opaque to callers, and contains no secret.

type Order = Pick<KeyQuery, "sort" | "order">;

const cursorShape = z.tuple([
  z.string(),
  z.string(),
  z.string().max(2000).nullable(),
  z.string().regex(/^key_[0-9a-z]{26}$/),
]);

export function encodeCursor({ value, id }: Position, { sort, order }: Order): string {
  return Buffer.from(JSON.stringify([sort, order, value, id])).toString("base64url");
}

/** `undefined` if it is no cursor, or one of another order. */
export function decodeCursor(cursor: string, { sort, order }: Order): Position | undefined {
  const parsed = cursorShape.safeParse(parseJson(Buffer.from(cursor, "base64url").toString()));
  if (!parsed.success) return undefined;
  const [cursorSort, cursorOrder, value, id] = parsed.data;
  if (cursorSort !== sort || cursorOrder !== order) return undefined;
  const nullable = sort === "revokedAt" || sort === "expiresAt";
  if (value === null) return nullable ? { value, id } : undefined;
  const isText = value.isWellFormed() && !value.includes("\0");
  const holds = sort === "title" ? isText : isInstant(value);
  return holds ? { value, id } : undefined;
}

function isInstant(value: string): boolean {
  const date = new Date(value);
  return isStorableInstant(date) && date.toISOString() === value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
