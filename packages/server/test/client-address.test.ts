import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddress } from "../src/http/client-address.ts";
import { readConfig } from "../src/config/config.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine, signIn } from "./installation.ts";
import { listenInTest, sendRaw } from "./listener.ts";

/** Whom a request counts for that comes from `peer` with these hops in its header. */
function addressOf(trusted: readonly string[], peer: string | undefined, hops?: string) {
  const headers = hops === undefined ? {} : { "x-forwarded-for": hops };
  return clientAddress(trusted)({ socket: { remoteAddress: peer }, headers } as IncomingMessage);
}

test.each([
  ["nobody is trusted", [], "192.0.2.1", "198.51.100.7", "192.0.2.1"],
  ["the peer is not the proxy", ["10.0.0.1"], "192.0.2.1", "198.51.100.7", "192.0.2.1"],
  ["the proxy says nothing", ["10.0.0.1"], "10.0.0.1", undefined, "10.0.0.1"],
  ["the proxy tells", ["10.0.0.1"], "10.0.0.1", "198.51.100.7", "198.51.100.7"],
  [
    "the client made up hops before",
    ["10.0.0.1"],
    "10.0.0.1",
    "203.0.113.9, 198.51.100.7",
    "198.51.100.7",
  ],
  [
    "a chain of proxies of one network",
    ["10.0.0.0/8"],
    "10.0.0.1",
    "203.0.113.9, 198.51.100.7, 10.0.0.3,10.200.0.2",
    "198.51.100.7",
  ],
  ["all of the chain is trusted", ["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["IPv4 came over an IPv6 socket", ["10.0.0.1"], "::ffff:10.0.0.1", "::FFFF:1.2.3.4", "1.2.3.4"],
  ["IPv6", ["fd00::/8"], "fd00::1", "2001:db8::7", "2001:db8::7"],
  ["IPv6, the peer is another", ["fd00::/8"], "fe80::1", "2001:db8::7", "fe80::1"],
  ["a network ends where it ends", ["10.0.0.0/30"], "10.0.0.4", "198.51.100.7", "10.0.0.4"],
  ["a hop is no address", ["10.0.0.1"], "10.0.0.1", "unknown", "10.0.0.1"],
  ["a hop looks like an address", ["10.0.0.1"], "10.0.0.1", "999.1.1.1", "10.0.0.1"],
  ["a hop has a port", ["10.0.0.1"], "10.0.0.1", "203.0.113.7:51234", "203.0.113.7"],
  ["IPv6 in brackets", ["10.0.0.1"], "10.0.0.1", "[2001:db8::1]", "2001:db8::1"],
  ["IPv6 in brackets with a port", ["10.0.0.1"], "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
  ["IPv6 is spelt out", ["10.0.0.1"], "10.0.0.1", "2001:0DB8:0:0::0001", "2001:db8::1"],
  ["IPv6 has a zone", ["fe80::/10"], "fe80::1%eth0", "[fe80::2%25eth0]:80", "fe80::2"],
  ["mapped IPv4 is in brackets", ["10.0.0.1"], "10.0.0.1", "[::ffff:1.2.3.4]:9", "1.2.3.4"],
  ["mapped IPv4 is in hexadecimal", ["10.0.0.1"], "10.0.0.1", "::ffff:102:304", "1.2.3.4"],
  ["trusted hops have ports", ["10.0.0.0/8"], "10.0.0.1", "1.2.3.4:5, 10.0.0.3:80", "1.2.3.4"],
  [
    "garbage lies before a trusted hop",
    ["10.0.0.0/8"],
    "10.0.0.1",
    "1.2.3.4, x, 10.0.0.3",
    "10.0.0.3",
  ],
  ["a port is none", ["10.0.0.1"], "10.0.0.1", "203.0.113.7:http", "10.0.0.1"],
  ["a port is missing", ["10.0.0.1"], "10.0.0.1", "203.0.113.7:", "10.0.0.1"],
  ["a bracket is missing", ["10.0.0.1"], "10.0.0.1", "[2001:db8::1", "10.0.0.1"],
  ["IPv4 is in brackets", ["10.0.0.1"], "10.0.0.1", "[203.0.113.7]:80", "10.0.0.1"],
  ["IPv4 has a zone", ["10.0.0.1"], "10.0.0.1", "203.0.113.7%eth0", "10.0.0.1"],
  ["the trusted network is mapped IPv4", ["::ffff:10.0.0.0/104"], "10.9.9.9", "1.2.3.4", "1.2.3.4"],
  [
    "the trusted address is mapped IPv4",
    ["::ffff:10.0.0.1"],
    "::ffff:10.0.0.1",
    "1.2.3.4",
    "1.2.3.4",
  ],
  ["the header is empty", ["10.0.0.1"], "10.0.0.1", ", ,", "10.0.0.1"],
  ["the connection is gone", ["10.0.0.1"], undefined, "198.51.100.7", null],
] as const)("whose address it is when %s", (_, trusted, peer, hops, address) => {
  expect(addressOf(trusted, peer, hops)).toBe(address);
});

test.each([
  ["10.0.0.1, 10.1.0.0/16,fd00::/8", true],
  ["", true],
  ["999.0.0.1", false],
  ["10.0.0.0/33", false],
  ["fd00::/129", false],
  ["10.0.0.0/8/8", false],
  ["10.0.0.0/x", false],
  ["10.0.0", false],
  ["proxy.example.com", false],
  ["::ffff:10.0.0.0/104", true],
  ["::ffff:10.0.0.0/95", false],
  ["fe80::1%eth0", false],
  ["10.0.0.1:80", false],
  ["[fd00::1]", false],
])("LATCHKEY_TRUSTED_PROXIES=%s is taken: %s", (text, isTaken) => {
  const read = () => readConfig({ LATCHKEY_TRUSTED_PROXIES: text });
  if (isTaken) expect(read).not.toThrow();
  else expect(read).toThrow(/^LATCHKEY_TRUSTED_PROXIES must be addresses or networks/);
});

test.each([
  ["keys.example.com,10.0.0.1,[2001:0db8::1],2001:db8::2", true],
  ["keys.example.com:8443", false],
  ["[::1]:80", false],
  ["[::1", false],
  ["2001:db8::2::3", false],
  ["https://keys.example.com", false],
  ["1.2.3.400", false],
])("LATCHKEY_ALLOWED_HOSTS=%s is taken: %s", (text, isTaken) => {
  const read = () => readConfig({ LATCHKEY_ALLOWED_HOSTS: text });
  if (isTaken) expect(read).not.toThrow();
  else expect(read).toThrow(/^LATCHKEY_ALLOWED_HOSTS must be names or addresses without ports/);
});

onEngine(postgresql, (latchkey) => {
  test("a host that is an address is known in whatever way it is written", async () => {
    const allowedHosts = ["2001:0DB8::0:1", "[2001:db8::2]", "192.0.2.1"];
    const { url } = await listenInTest(latchkey().services, { allowedHosts });
    const statusOf = async (host: string) =>
      (await sendRaw(url, "/nowhere", { headers: [["Host", host]] })).status;
    for (const host of ["[2001:db8::1]:7420", "[2001:db8::2]", "192.0.2.1:1"]) {
      expect([host, await statusOf(host)]).toEqual([host, 404]);
    }
    for (const host of ["[2001:db8::3]", "192.0.2.2"]) {
      expect([host, await statusOf(host)]).toEqual([host, 421]);
    }
  });

  test("the log tells the address that a trusted proxy told, and no other", async () => {
    const { admin, services, clientOf } = latchkey();
    const { token } = await signIn(latchkey(), admin);
    const create = async (url: string) => {
      const { status } = await sendRaw(url, "/trpc/keys.create", {
        method: "POST",
        headers: [
          ["Content-Type", "application/json"],
          ["Authorization", `Bearer ${token}`],
          ["X-Forwarded-For", "203.0.113.9"],
          ["X-Forwarded-For", "198.51.100.7"],
          // What else proxies send is not looked at.
          ["Forwarded", "for=203.0.113.10"],
          ["X-Real-Ip", "203.0.113.11"],
        ],
        body: '{"title":"Deploy"}',
      });
      expect(status).toBe(200);
      const { items } = await clientOf(admin).events.list.query({ limit: 1 });
      return items[0]?.actor.address;
    };
    const trusting = await listenInTest(services, { trustedProxies: ["127.0.0.0/8"] });
    expect(await create(trusting.url)).toBe("198.51.100.7");
    const plain = await listenInTest(services);
    expect(await create(plain.url)).toBe("127.0.0.1");
  });
});
