import { expect, onTestFinished, test } from "vitest";
import {
  createClient,
  createVerifier,
  errorOf,
  type VerifierLink,
  type VerifierOptions,
} from "@latchkey/client";
import { openLink, type DatabaseLink } from "@latchkey/testing/database/database-link";
import type { Person } from "./installation.ts";
import { withTwoServed } from "./served.ts";
import { until } from "@latchkey/testing/until";

// Verifiers at the second of two servers, and changes at the first.

const PATIENCE_MS = 30_000;
const latchkey = withTwoServed();
const keysOf = (person: Person) => latchkey().installation.clientOf(person).keys;

/** A verifier by a key of a service user's, on a road for its watch and one for its questions. */
async function aVerifier(options: VerifierOptions = {}) {
  const { installation, tokenOf, servers } = latchkey();
  const service = await installation.addPerson("service", `service-${performance.now()}`);
  const token = await tokenOf(service, "keys:verify");
  const [watching, asking] = [await openLink(servers[1].url), await openLink(servers[1].url)];
  const links: VerifierLink[] = [];
  const client = createClient({
    url: servers[1].url,
    token,
    fetch: (request) => {
      const origin: DatabaseLink = request.method === "GET" ? watching : asking;
      const { pathname, search } = new URL(request.url);
      return fetch(new Request(new URL(pathname + search, origin.url), request));
    },
  });
  const verifier = createVerifier(client, { onLink: (link) => links.push(link), ...options });
  onTestFinished(async () => {
    verifier.close();
    await watching.close();
    await asking.close();
  });
  const outcome = async (presented: string) =>
    verifier.verify(presented).then(
      (verdict) => verdict.outcome,
      (thrown: unknown) => errorOf(thrown).code,
    );
  const becomes = (presented: string, wanted: string) =>
    until(async () => (await outcome(presented)) === wanted, PATIENCE_MS);
  /** Until it has this from memory: a stall may make it forget in between. */
  const knows = (presented: string, wanted: string) =>
    until(async () => {
      await outcome(presented);
      return verifier.verifyAtOnce(presented)?.outcome === wanted;
    }, PATIENCE_MS);
  const isLive = () => until(() => links.at(-1)?.state === "live", PATIENCE_MS);
  await isLive();
  return { verifier, links, watching, asking, outcome, becomes, knows, isLive };
}

test("what is changed on one server is seen by a verifier at another", async () => {
  const { installation } = latchkey();
  const { admin, clientOf, addPerson } = installation;
  const { verifier, outcome, becomes } = await aVerifier();
  const owner = await addPerson("member", "Owner");
  const { key, token } = await keysOf(owner).create.mutate({ title: "Shop", scopes: ["a:b"] });
  expect(await verifier.verify(token, ["a:b"])).toEqual({
    outcome: "VALID",
    keyId: key.id,
    ownerId: owner.userId,
    title: "Shop",
    scopes: ["a:b"],
    expiresAt: null,
  });
  const { users } = clientOf(admin);
  await users.disable.mutate({ id: owner.userId });
  await becomes(token, "OWNER_DISABLED");
  await users.enable.mutate({ id: owner.userId });
  await becomes(token, "VALID");
  await keysOf(owner).rename.mutate({ id: key.id, title: "Shop 2" });
  await until(async () => {
    const verdict = await verifier.verify(token);
    return verdict.outcome === "VALID" && verdict.title === "Shop 2";
  }, PATIENCE_MS);
  await keysOf(owner).revoke.mutate({ id: key.id });
  await becomes(token, "REVOKED");
  await keysOf(owner).delete.mutate({ id: key.id });
  await becomes(token, "NOT_FOUND");
  expect(await outcome(token)).toBe("NOT_FOUND");
});

test("a revocation that is scheduled falls due in what a verifier knows", async () => {
  const { admin } = latchkey().installation;
  const { outcome, knows } = await aVerifier();
  const { key, token } = await keysOf(admin).create.mutate({ title: "Shop" });
  await keysOf(admin).revoke.mutate({ id: key.id, inSeconds: 1 });
  expect(await outcome(token)).toBe("VALID");
  await knows(token, "REVOKED");
});

test("a revocation while the link is cut is seen once it is back", async () => {
  const { admin } = latchkey().installation;
  const { links, outcome, knows, watching, isLive } = await aVerifier();
  const keys = await Promise.all(
    Array.from({ length: 20 }, () => keysOf(admin).create.mutate({ title: "Shop" })),
  );
  for (const { token } of keys) expect(await outcome(token)).toBe("VALID");
  watching.breakAll();
  for (const { key } of keys) await keysOf(admin).revoke.mutate({ id: key.id });
  await until(() => links.some(({ state }) => state === "lost"), PATIENCE_MS);
  await isLive();
  for (const { token } of keys) await knows(token, "REVOKED");
});

test("a link that falls silent is noticed, and what is known is asked for again", async () => {
  const { admin } = latchkey().installation;
  const { links, outcome, becomes, watching, isLive } = await aVerifier();
  const { key, token } = await keysOf(admin).create.mutate({ title: "Shop" });
  expect(await outcome(token)).toBe("VALID");
  watching.freeze();
  await keysOf(admin).revoke.mutate({ id: key.id });
  await becomes(token, "REVOKED");
  await until(() => links.at(-1)?.state === "lost", PATIENCE_MS);
  watching.thaw();
  await isLive();
});

test.each([
  [
    "falls silent",
    (origin: DatabaseLink) => origin.freeze(),
    (origin: DatabaseLink) => origin.thaw(),
  ],
  [
    "breaks, and breaks again",
    (origin: DatabaseLink) => {
      origin.breakBefore(" HTTP/1.1\r\n");
      origin.breakAll();
    },
    (origin: DatabaseLink) => origin.breakBefore(null),
  ],
])(
  "a link that %s: what is known for 5 s at most, then no verdict until it is mended",
  async (_, cut, restore) => {
    const { admin } = latchkey().installation;
    const { verifier, links, watching, asking, outcome, knows, isLive } = await aVerifier();
    const lasting = await keysOf(admin).create.mutate({ title: "Lasting" });
    const ending = await keysOf(admin).create.mutate({ title: "Ending" });
    const both = [lasting.token, ending.token];
    const atOnce = () => both.map((token) => verifier.verifyAtOnce(token)?.outcome);
    await until(async () => {
      await Promise.all(both.map(outcome));
      return atOnce().every((each) => each === "VALID");
    }, PATIENCE_MS);
    for (const origin of [watching, asking]) cut(origin);
    const cutAt = performance.now();
    expect(atOnce()).toEqual(["VALID", "VALID"]);
    await keysOf(admin).revoke.mutate({ id: ending.key.id });
    // As long as it is told, it was known before the cut. One of them may be forgotten sooner, where an event
    // about it was on its way.
    let lastValidAt = cutAt;
    await until(async () => {
      const asked = performance.now();
      const observer = await Promise.all(both.map(outcome));
      for (const each of observer) expect(["VALID", "UNAVAILABLE"]).toContain(each);
      if (observer.includes("VALID")) lastValidAt = asked;
      return !observer.includes("VALID");
    }, PATIENCE_MS);
    expect(lastValidAt - cutAt).toBeLessThanOrEqual(5000);
    // From then on nothing passes, whoever asks and however.
    const headers = new Headers({ authorization: `Bearer ${lasting.token}` });
    const [refused, ...outcomes] = await Promise.all([
      verifier.authenticate({ headers }),
      ...[...both, ...both].map(outcome),
    ]);
    expect(refused).toMatchObject({ status: 503 });
    expect(new Set(outcomes)).toEqual(new Set(["UNAVAILABLE"]));
    expect(atOnce()).toEqual([undefined, undefined]);
    expect(links.at(-1)).toMatchObject({ state: "lost" });
    for (const origin of [watching, asking]) restore(origin);
    const observer = new Set<string>();
    await until(async () => {
      const each = await outcome(ending.token);
      observer.add(each);
      return each === "REVOKED";
    }, PATIENCE_MS);
    expect([...observer]).not.toContain("VALID");
    await isLive();
    await knows(lasting.token, "VALID");
    await knows(ending.token, "REVOKED");
  },
);

test("a server that is gone is no verdict; what is known answers within its bound, and then nothing", async () => {
  const { installation, servers } = latchkey();
  const { verifier, outcome, becomes, isLive, links } = await aVerifier({ maxStaleMs: 1500 });
  const { token } = await keysOf(installation.admin).create.mutate({ title: "Shop" });
  expect(await outcome(token)).toBe("VALID");
  await servers[1].stop();
  const request = { headers: new Headers({ authorization: `Bearer ${token}` }) };
  await becomes(token, "UNAVAILABLE");
  expect(verifier.verifyAtOnce(token)).toBeUndefined();
  const refused = await verifier.authenticate(request);
  expect(refused).toMatchObject({ status: 503 });
  await until(() => links.at(-1)?.state === "lost", PATIENCE_MS);
  await servers[1].start();
  await becomes(token, "VALID");
  await isLive();
  expect(await verifier.authenticate(request)).toMatchObject({ outcome: "VALID" });
});

test("a credential that may not check keys is told as such, and no key passes by it", async () => {
  const { installation, tokenOf, clientBy } = latchkey();
  const { admin, addPerson } = installation;
  const member = await addPerson("member", "Curious");
  const { token } = await keysOf(admin).create.mutate({ title: "Shop" });
  const attempts = [
    [await tokenOf(member, "*"), "FORBIDDEN"],
    [await tokenOf(admin, "keys:read"), "FORBIDDEN"],
    ["sk_unknown", "UNAUTHENTICATED"],
  ] as const;
  for (const [credential, code] of attempts) {
    const links: VerifierLink[] = [];
    const verifier = createVerifier(clientBy(credential), { onLink: (link) => links.push(link) });
    onTestFinished(verifier.close);
    const failure = await verifier.verify(token).catch(errorOf);
    expect(failure).toMatchObject({ code });
    const answer = await verifier.authenticate(
      new Request("http://x", { headers: { "x-api-key": token } }),
    );
    expect(answer).toMatchObject({ status: 503 });
    if (code === "UNAUTHENTICATED") {
      await until(() => links.some((link) => link.state === "lost" && link.error.code === code));
    }
  }
});

test("a verifier whose own key is revoked checks nothing any more", async () => {
  const { installation, clientBy } = latchkey();
  const { admin } = installation;
  const links: VerifierLink[] = [];
  const own = await keysOf(admin).create.mutate({ title: "Verifying", scopes: ["keys:verify"] });
  const verifier = createVerifier(clientBy(own.token), {
    maxStaleMs: 1000,
    onLink: (link) => links.push(link),
  });
  onTestFinished(verifier.close);
  const { token } = await keysOf(admin).create.mutate({ title: "Shop" });
  expect(await verifier.verify(token)).toMatchObject({ outcome: "VALID" });
  await keysOf(admin).revoke.mutate({ id: own.key.id });
  await until(() => {
    const last = links.at(-1);
    return last?.state === "lost" && last.error.code === "UNAUTHENTICATED";
  }, PATIENCE_MS);
  await until(async () => {
    const code = await verifier.verify(token).then(
      () => "a verdict",
      (thrown: unknown) => errorOf(thrown).code,
    );
    return code === "UNAUTHENTICATED";
  }, PATIENCE_MS);
});

test("resolving is for those who may see other people's keys, checking one's own token is for all", async () => {
  const { installation, tokenOf, clientBy } = latchkey();
  const { admin, addPerson, clientOf } = installation;
  const member = await addPerson("member", "Max");
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { key, token } = await keysOf(member).create.mutate({ title: "Shop", expiresAt });
  const verifying = clientBy(await tokenOf(admin, "keys:verify"));
  expect(await verifying.keys.resolve.mutate({ token })).toEqual({
    record: {
      keyId: key.id,
      ownerId: member.userId,
      title: "Shop",
      scopes: ["*"],
      expiresAt,
      revokedAt: null,
      ownerDisabled: false,
    },
    asOf: { seq: (await clientOf(admin).events.head.query()).seq, at: expect.any(String) },
  });
  for (const unknown of ["", "sk_x", `${token}x`]) {
    expect(await verifying.keys.resolve.mutate({ token: unknown })).toMatchObject({ record: null });
  }
  const code = (call: Promise<unknown>) =>
    call.then(
      () => "done",
      (thrown) => errorOf(thrown).code,
    );
  const memberKey = clientBy(await tokenOf(member, "*"));
  expect(await code(clientOf(member).keys.resolve.mutate({ token }))).toBe("FORBIDDEN");
  expect(await code(memberKey.keys.resolve.mutate({ token }))).toBe("FORBIDDEN");
  expect(await clientOf(member).keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID" });
});
