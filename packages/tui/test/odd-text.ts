import type { EventItem } from "@latchkey/client";
import type { Demonstration } from "@latchkey/testing/demonstration/demonstration";

// Texts that are hard on columns and terminals.

/** Wide, joined, combining, right-to-left, very long, and what a terminal would obey. */
export const ODD_TEXTS = [
  "plain",
  "日本語のキー",
  "👩\u200D👩\u200D👧 family ✔\uFE0F",
  "Ünïcödé e\u0301\u0308\u0301",
  "مفتاح \u202Ereversed",
  "کلید می\u200Cخواهم क\u094D\u200Dषत\u094D\u200Cर a\u200Db",
  "x".repeat(200),
  "evil\u001B[2J\u001B]52;c;ZXZpbA==\u0007\u009B31m\r\n",
] as const;

/** What of them must never reach a terminal as it is. */
export const OBEYED = ["\u001B[2J\u001B]52", "ZXZpbA==\u0007", "\u202E", "\u009B"] as const;

/** Such texts in all that people named, as they may stand in a database whatever the server takes today. */
export function disguise(demonstration: Demonstration): void {
  let count = 0;
  const odd = (text: string): string => {
    count += 1;
    return `${text} ${ODD_TEXTS[count % ODD_TEXTS.length]}`;
  };
  const { principal, users, keys, sshKeys, events } = demonstration;
  demonstration.principal = {
    ...principal,
    email: odd(principal.email),
    name: odd(principal.name),
  };
  demonstration.users = users.map((user) => ({
    ...user,
    email: odd(user.email),
    name: odd(user.name),
  }));
  demonstration.keys = keys.map((key) => ({
    ...key,
    title: odd(key.title),
    redacted: odd(key.redacted),
    scopes: key.scopes.map((scope) => (scope === "*" ? scope : odd(scope))),
  }));
  demonstration.sshKeys = sshKeys.map((key) => ({ ...key, label: odd(key.label) }));
  demonstration.events = events.map((event) => {
    const disguised = {
      ...event,
      actor: { ...event.actor, address: event.actor.address && odd(event.actor.address) },
      data: Object.fromEntries(
        Object.entries(event.data).map(([name, value]) => [
          name,
          typeof value === "string" ? odd(value) : value,
        ]),
      ),
    };
    return disguised as EventItem;
  });
}
