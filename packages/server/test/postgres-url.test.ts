import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readPostgresUrl } from "../src/db/postgres-url.ts";

// What a URL can say, each parameter by its name. What TLS makes of it, database-tls.test.ts holds up.

const pem = (name: string) =>
  encodeURIComponent(fileURLToPath(new URL(`tls/${name}`, import.meta.url)));

describe("a URL of PostgreSQL", () => {
  test.each([
    [
      "postgresql://u%40x:p%25%2F@[::1]:6432/my%20d?sslmode=require&prepare=false",
      { host: "::1", port: 6432, user: "u@x", password: "p%/", database: "my d", prepare: false },
    ],
    ["postgresql://u:p@/db?host=/run/sock", { host: "/run/sock", user: "u", database: "db" }],
    ["postgresql://u:p@%2Frun%2Fsock:6000/db", { host: "/run/sock", port: 6000, isLocal: true }],
    ["postgres:///db?host=/run/sock&user=u&password=a+b", { user: "u", password: "a+b" }],
    ["postgres://?host=h&user=u&dbname=d&port=1", { host: "h", user: "u", database: "d", port: 1 }],
    ["postgres://u:p#a?s@s@host/d", { user: "u", password: "p#a?s@s", host: "host" }],
    ["postgres://u:a:b@host", { password: "a:b", database: "u", port: 5432 }],
    ["postgres://u@h/d?schema=Keys", { searchPath: ["Keys"] }],
    ['postgres://u@h/d?search_path=a,"B"', { searchPath: ["a", "B"] }],
    [
      "postgres://u@h/d?options=-c%20search_path=a,b%20-csynchronous_commit=local",
      {
        searchPath: ["a", "b"],
        settings: { synchronous_commit: "local" },
      },
    ],
    [
      "postgres://u@h/d?options=--work-mem=8MB%20-c%20log_comment=a%5C%20b",
      {
        settings: { work_mem: "8MB", log_comment: "a b" },
      },
    ],
    ["postgres://u@h/d?pgbouncer=true", { prepare: false }],
    ["postgres://u@h/d?prepare=true", { prepare: true }],
    ["postgres://u@h/d", { prepare: undefined, connectMs: 5000, applicationName: "latchkey" }],
    [
      "postgres://u@h/d?connect_timeout=2&application_name=blue",
      {
        connectMs: 2000,
        applicationName: "blue",
      },
    ],
    ["postgres://u@h/d?keepalives=0", { keepAliveMs: null }],
    ["postgres://u@h/d?keepalives=1&keepalives_idle=5&keepalives_count=3", { keepAliveMs: 5000 }],
    ["postgres://u@h/d?target_session_attrs=read-write&gssencmode=disable&tcp_user_timeout=9", {}],
    [
      `postgres://u@h/d?sslmode=verify-full&sslcert=${pem("server.pem")}&sslkey=${pem("server-key.pem")}`,
      {
        tls: { checksName: true, client: { cert: expect.stringContaining("CERTIFICATE") } },
      },
    ],
  ])("%s is understood", (url, target) => {
    const { password, ...read } = readPostgresUrl(url);
    expect({ ...read, password: password.reveal() }).toMatchObject(target);
  });

  test.each([
    ["postgres://u:hunter2@a:1,b:2/d", /several hosts/],
    ["postgres://u:hunter2@/d?host=a,b", /several hosts/],
    ["postgres://u:hunter2@a:99999/d", /port/],
    ["postgres://u:hunter2@a:x/d", /port/],
    ["postgres://u:hunter2%@a/d", /%25/],
    ["postgres://u:hunter2@a/d?user=b&user=c", /twice/],
    ["postgres://u:hunter2@a/d?channel_binding=require", /channel_binding/],
    ["postgres://u:hunter2@a/d?gssencmode=require", /gssencmode/],
    ["postgres://u:hunter2@a/d?target_session_attrs=standby", /target_session_attrs/],
    ["postgres://u:hunter2@a/d?sslnegotiation=direct", /sslnegotiation/],
    ["postgres://u:hunter2@a/d?client_encoding=LATIN1", /client_encoding/],
    ["postgres://u:hunter2@a/d?connect_timeout=soon", /connect_timeout/],
    ["postgres://u:hunter2@a/d?keepalives_idle=-1", /keepalives_idle/],
    ["postgres://u:hunter2@a/d?keepalives=yes", /keepalives/],
    ["postgres://u:hunter2@a/d?pgbouncer=1", /pgbouncer/],
    ["postgres://u:hunter2@a/d?sslmode=verifyfull", /sslmode/],
    ["postgres://u:hunter2@a/d?sslcert=/nowhere&sslkey=/nowhere", /sslcert/],
    [`postgres://u:hunter2@a/d?sslcert=${pem("server.pem")}`, /sslkey/],
    [
      `postgres://u:hunter2@a/d?sslcert=${pem("authority.pem")}&sslkey=${pem("server-key.pem")}`,
      /together/,
    ],
    ["postgres://u:hunter2@a/d?sslcrl=/x", /parameter sslcrl/],
    ["postgres://u:hunter2@a/d?requirepeer=x", /parameter requirepeer/],
    ["postgres://u:hunter2@a/d?require_auth=none", /parameter require_auth/],
    ["postgres://u:hunter2@a/d?service=x", /parameter service/],
    ["postgres://u:hunter2@a/d?statement_timeout=5", /parameter statement_timeout.*options/],
    ["postgres://u:hunter2@a/d?hunter2=5", /a parameter, which/],
    ["postgres://u:hunter2@a/d?options=-c%20DateStyle=German", /datestyle/],
    ["postgres://u:hunter2@a/d?options=--transaction-timeout=1", /transaction_timeout/],
    ["postgres://u:hunter2@a/d?options=-d%205", /-c name=value/],
  ])("%s is refused by name, without a word of its secrets", (url, sentence) => {
    const read = () => readPostgresUrl(url, "LATCHKEY_LISTEN_URL");
    expect(read).toThrow(sentence);
    expect(read).toThrow(/^LATCHKEY_LISTEN_URL /);
    expect(read).not.toThrow(/hunter/);
  });
});
