import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { newUserId, type User } from "@latchkey/core";
import { composeServices } from "../../packages/server/src/start/compose.ts";
import { createLog } from "../../packages/server/src/log/log.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import { listen } from "../../packages/server/src/start/listen.ts";
import type { Services } from "../../packages/server/src/use-cases/services.ts";
import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { startPostgres } from "../postgres.ts";

// What a stranger learns of an account from how long a login takes: each kind in turn, again and again, at one
// server over HTTP on a real PostgreSQL.

const SAMPLES = 2000;
/** So often an account and an address may be tried. */
const PER_ACCOUNT = 20;
const PER_ADDRESS = 100;
const PASSWORD = "correct horse battery";

/** What is stored of a kind of account, if anything, and what is tried. */
const kinds = {
  wrong: { role: "member", hasPassword: true, tried: "another long password" },
  unknown: { role: null, tried: PASSWORD },
  disabled: { role: "member", disabled: true, hasPassword: true, tried: PASSWORD },
  service: { role: "service", tried: PASSWORD },
  passwordless: { role: "member", tried: PASSWORD },
  right: { role: "member", hasPassword: true, tried: PASSWORD },
} as const satisfies Record<string, Kind>;

type Kind = {
  readonly role: User["role"] | null;
  readonly disabled?: boolean;
  readonly hasPassword?: boolean;
  readonly tried: string;
};

export const login: Group = {
  name: "login",
  title: `a login by a stranger over HTTP on PostgreSQL, ${SAMPLES.toLocaleString("en")} of each kind`,
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  fixture.doing("starting PostgreSQL");
  const open = await openPostgres(await startPostgres(fixture));
  fixture.atEnd(open.close);
  const services = await composeServices({
    open,
    pepperFile: join(await fixture.folder(), "pepper"),
    tokenPrefix: "sk",
    onDefect: (defect) => {
      throw defect;
    },
  });
  fixture.atEnd(services.close);
  fixture.doing("making accounts");
  for (const [name, kind] of Object.entries<Kind>(kinds)) await addAccounts(services, name, kind);
  const config = { host: "127.0.0.1", port: 0, metrics: null, allowedHosts: [] };
  const trustedProxies = ["127.0.0.1"];
  const listener = await listen(services, { ...config, trustedProxies }, createLog("silent"));
  fixture.atEnd(listener.close);

  const timed = (name: keyof typeof kinds) => {
    let attempts = 0;
    return async () => {
      const email = emailOf(name, Math.floor(attempts / PER_ACCOUNT));
      const address = addressOf(name, Math.floor(attempts / PER_ADDRESS));
      attempts += 1;
      const body = JSON.stringify({ email, password: kinds[name].tried });
      const headers = { "content-type": "application/json", "x-forwarded-for": address };
      const started = performance.now();
      const answer = await fetch(`${listener.url}/trpc/auth.login`, {
        method: "POST",
        headers,
        body,
      });
      await answer.text();
      const took = performance.now() - started;
      const expected = name === "right" ? 200 : 401;
      if (answer.status !== expected) throw new Error(`${name}: ${answer.status}`);
      return took;
    };
  };
  const contenders = {
    wrong: timed("wrong"),
    unknown: timed("unknown"),
    disabled: timed("disabled"),
    service: timed("service"),
    passwordless: timed("passwordless"),
    right: timed("right"),
  };
  const runs = await inTurn(fixture, SAMPLES, contenders, shuffled);

  const wrong: Figure = { what: "wrong password", unit: "ms", runs: runs.wrong };
  const wrongTail: Figure = { ...wrong, quantile: 0.95 };
  const held = (what: string, of: readonly number[], isAlike = true): Figure[] => {
    const bars = isAlike ? ALIKE : [];
    return [
      { what, unit: "ms", runs: of, against: wrong, bars },
      { what, unit: "ms", runs: of, quantile: 0.95, against: wrongTail },
    ];
  };
  return [
    wrong,
    wrongTail,
    ...held("unknown email", runs.unknown),
    ...held("disabled user, right password", runs.disabled),
    ...held("service user", runs.service),
    ...held("user without a password", runs.passwordless),
    ...held("right password", runs.right, false),
  ];
}

/** Less than a stranger can tell from the noise of one machine. */
const ALIKE = [
  { of: "ratio", atMost: 1.05 },
  { of: "ratio", atLeast: 0.95 },
] as const;

async function addAccounts(services: Services, name: string, kind: Kind): Promise<void> {
  const { role, disabled = false, hasPassword = false } = kind;
  if (role === null) return;
  const hash = hasPassword ? await services.passwords.hash(PASSWORD) : undefined;
  await services.store.change(async (tx) => {
    for (let account = 0; account < SAMPLES / PER_ACCOUNT; account += 1) {
      const createdAt = new Date();
      const id = newUserId(createdAt, randomBytes);
      const email = emailOf(name, account);
      await tx.insertUser({ id, email, name, role, disabled, createdAt }, hash);
    }
  });
}

/** All of one length. */
function emailOf(name: string, account: number): string {
  return `${name.padEnd(12, "-")}-${String(account).padStart(3, "0")}@example.com`;
}

function addressOf(name: keyof typeof kinds, block: number): string {
  return `198.18.${100 + Object.keys(kinds).indexOf(name)}.${100 + block}`;
}

/** Whoever comes after the right password, whose commit waits for the disk, finds the processors rested. */
function shuffled<Name>(names: readonly Name[]): Name[] {
  return names
    .map((name) => ({ name, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}
