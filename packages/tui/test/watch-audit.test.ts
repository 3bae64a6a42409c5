import { createClient, type EventItem } from "@latchkey/client";
import { expect, test, vi } from "vitest";
import { watchAudit } from "../src/cli/audit/watch-audit.ts";
import { layoutFor } from "../src/cli/layout.ts";
import { pipedConsole } from "./piped-console.ts";

/** A server whose log is what the test says, and who watches it, with what they asked for. */
function watchedLog() {
  const log: { seq: number; title: string }[] = [];
  const watches: { known: string | null; write: (text: string) => void }[] = [];
  const watch = (url: string): Response => {
    let write = (_text: string): void => {};
    const body = new ReadableStream<string>({
      start: (controller) => {
        write = (text) => controller.enqueue(text);
      },
    });
    watches.push({ known: new URL(url).searchParams.get("input"), write });
    const headers = { "content-type": "text/event-stream" };
    return new Response(body.pipeThrough(new TextEncoderStream()), { headers });
  };
  const list = () =>
    Response.json([{ result: { data: { items: log.toReversed(), nextBefore: null } } }]);
  const fetch = async ({ method, url }: Request) => (method === "GET" ? watch(url) : list());
  const client = createClient({ url: "https://latchkey.test", fetch });
  const tell = (kind: "beat" | "event") => {
    const seq = log.length;
    const data = JSON.stringify({ kind, seq });
    watches.at(-1)?.write(`id: ${seq}:mac\ndata: ${data}\n\n`);
  };
  const happens = (title: string) => {
    log.push({ seq: log.length + 1, title });
    tell("event");
  };
  const restart = () => {
    const data = { reason: "LOG_RESTARTED", head: { seq: log.length, mac: "mac" } };
    const error = JSON.stringify({ message: "cut", code: -32_009, data });
    watches.at(-1)?.write(`event: serialized-error\ndata: ${error}\n\n`);
  };
  return { client, log, watches, tell, happens, restart };
}

test("audit list --watch begins anew where the log was cut, and says so beside what it writes", async () => {
  const { client, log, watches, tell, happens, restart } = watchedLog();
  const { console, out, err } = pipedConsole();
  let interrupt = () => {};
  const interrupted = {
    ...console,
    onInterrupt: (listener: () => void) => {
      interrupt = listener;
      return () => {};
    },
  };
  const options = { json: true } as const;
  const layout = layoutFor(console, {});
  const watching = watchAudit({ client, console: interrupted, options, layout });
  const titles = () =>
    out()
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as EventItem & { title: string }).title);
  log.push({ seq: 1, title: "first" });
  await vi.waitFor(() => expect(watches).toHaveLength(1));
  tell("beat");
  await vi.waitFor(() => expect(titles()).toEqual(["first"]));
  happens("lost");
  await vi.waitFor(() => expect(titles()).toEqual(["first", "lost"]));

  log.length = 0;
  log.push({ seq: 1, title: "first again" }, { seq: 2, title: "in its place" });
  restart();
  await vi.waitFor(() => expect(watches).toHaveLength(2));
  expect(watches.map(({ known }) => known)).toEqual([null, null]);
  tell("beat");
  const all = ["first", "lost", "first again", "in its place"];
  await vi.waitFor(() => expect(titles()).toEqual(all));
  expect(err()).toContain("The log was cut");
  interrupt();
  await watching;
});
